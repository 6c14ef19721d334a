import type { FastifyInstance } from 'fastify';
import { IMAGE_ID, seedImages } from '../../../contract/fixture-images.ts';
import { seedFlavors, seedNetwork } from '../../../contract/fixtures.ts';
import type { Region } from '../../../contract/region.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import type { Persona } from './personas.ts';
import type { Stock } from './rows.ts';

const VERSION = { 'openstack-api-version': 'compute 2.90' };

type Json = Readonly<Record<string, unknown>>;

/** Makes, for the owner project and its member, what paths of the matrix name. */
export async function makeStock(region: Region, member: Persona, admin: Persona): Promise<Stock> {
  const { app, directory, hostName } = region;
  const project = member.caller?.projectId ?? '';
  await seedFlavors(directory);
  await seedImages(directory, project);
  await seedNetwork(directory, project);
  const as = callsOf(app);
  const { networks } = await as(member, 'GET', '/network/v2.0/networks');
  const network = first(networks).id;
  const { subnets } = await as(member, 'GET', '/network/v2.0/subnets');
  const port = await as(member, 'POST', '/network/v2.0/ports', { port: { network_id: network } });
  const { router } = await as(member, 'POST', '/network/v2.0/routers', { router: {} });
  const named = [`networks/${network}`, `subnets/${first(subnets).id}`, `ports/${idOf(port.port)}`];
  for (const path of [...named, `routers/${idOf(router)}`]) {
    await as(admin, 'PUT', `/network/v2.0/${path}/tags`, { tags: ['tag0'] });
  }
  const image = await as(member, 'POST', '/image/v2/images', {
    ...{ name: 'matrix', visibility: 'private' },
    key0: 'v',
  });
  const group = await as(member, 'POST', '/compute/v2.1/os-server-groups', {
    server_group: { name: 'matrix', policy: 'affinity' },
  });
  const created = await as(member, 'POST', '/compute/v2.1/servers', {
    server: {
      ...{ name: 'matrix', flavorRef: '1', imageRef: IMAGE_ID, networks: 'auto' },
      ...{ metadata: { key0: 'v' }, tags: ['tag0'] },
    },
  });
  const server = idOf(created.server);
  const at = `/compute/v2.1/servers/${server}`;
  await waitUntil('the server is ACTIVE', async () => {
    const { server: seen } = await as(member, 'GET', at);
    return (seen as Json).status === 'ACTIVE';
  });
  const { interfaceAttachments } = await as(member, 'GET', `${at}/os-interface`);
  const { instanceActions } = await as(member, 'GET', `${at}/os-instance-actions`);
  const aggregate = await as(admin, 'POST', '/compute/v2.1/os-aggregates', { aggregate: { name: 'matrix' } });
  const { hypervisors } = await as(admin, 'GET', '/compute/v2.1/os-hypervisors');
  const { roles } = await as(admin, 'GET', '/identity/v3/roles');
  const { services } = await as(admin, 'GET', '/identity/v3/services');
  const { endpoints } = await as(admin, 'GET', '/identity/v3/endpoints');
  return {
    server,
    serverPort: String(first(interfaceAttachments).port_id),
    serverRequest: String(first(instanceActions).request_id),
    serverGroup: idOf(group.server_group),
    image: idOf(image),
    network: String(network),
    router: idOf(router),
    subnet: idOf(first(subnets)),
    port: idOf(port.port),
    project,
    user: member.caller?.userId ?? '',
    flavor: '1',
    aggregate: idOf(aggregate.aggregate),
    host: hostName,
    hypervisor: idOf(first(hypervisors)),
    cell: 'cell1',
    role: idOf((roles as readonly Json[]).find(({ name }) => name === 'member')),
    domain: 'default',
    regionName: 'RegionOne',
    service: idOf(first(services)),
    endpoint: idOf(first(endpoints)),
    quotaClass: 'default',
    resourceClass: 'VCPU',
    trait: 'COMPUTE_NODE',
  };
}

type Calls = (persona: Persona, method: 'GET' | 'POST' | 'PUT', url: string, payload?: Json) => Promise<Json>;

/** @throws when the answer is no success. */
const callsOf =
  (app: FastifyInstance): Calls =>
  async (persona, method, url, payload) => {
    const headers = { 'x-auth-token': persona.token ?? '', ...VERSION };
    const answer = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
    if (answer.statusCode >= 300) throw new Error(`${method} ${url}: ${answer.statusCode} ${answer.body}`);
    return answer.json<Json>();
  };

function first(list: unknown): Json {
  const [one] = list as readonly Json[];
  if (one === undefined) throw new Error('the list is empty');
  return one;
}
const idOf = (thing: unknown): string => String((thing as Json).id);
