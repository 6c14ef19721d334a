import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { announceChanges } from '#platform/directory/stores/definitions/announce.ts';
import { neededIn } from '../../../support/needed-in.ts';
import { useFrontApp } from '../use-front-app.ts';

const front = useFrontApp();
const CELL = '11111111-2222-4333-8444-555555555555';

const send = async (route: string, body?: object, token = front.admin) => {
  const [method = '', path = ''] = route.split(' ');
  const answer = await front.send(`${method} /network/v2.0/${path}`, {
    token,
    ...(body === undefined ? {} : { body }),
  });
  expect([route, answer.status < 300]).toEqual([route, true]);
  return answer.body;
};
const announce = async () => {
  while (await announceChanges(front.directory));
};
const rowOf = (id: string) =>
  front.directory.read
    .selectFrom('networks')
    .select(['revision', 'announced'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();

const newNetwork = async (cidr: string, rest: object = {}) => {
  const { id } = (await send('POST networks', { network: { name: 'n', ...rest } })).network;
  const { subnet } = await send('POST subnets', { subnet: { network_id: id, ip_version: 4, cidr } });
  return { id: id as string, subnet: subnet.id as string };
};

let network: { readonly id: string; readonly subnet: string };
beforeEach(async () => {
  network = await newNetwork('10.0.0.0/24');
  await announce();
});

test('a network that is made is not announced: nobody needs it', async () => {
  const { id } = (await send('POST networks', { network: { name: 'n' } })).network;
  expect((await rowOf(id)).announced).toBe(1);
});

test.each([
  ['PUT networks/:network', { network: { mtu: 1400 } }],
  ['PUT networks/:network', { network: { admin_state_up: false } }],
  ['PUT networks/:network', { network: { 'router:external': true } }],
  ['PUT subnets/:subnet', { subnet: { dns_nameservers: ['192.0.2.53'] } }],
  ['PUT subnets/:subnet', { subnet: { host_routes: [{ destination: '203.0.113.0/24', nexthop: '10.0.0.9' }] } }],
  ['PUT subnets/:subnet', { subnet: { enable_dhcp: false } }],
  ['PUT subnets/:subnet', { subnet: { gateway_ip: null } }],
  ['PUT subnets/:subnet', { subnet: { allocation_pools: [{ start: '10.0.0.9', end: '10.0.0.20' }] } }],
  ['POST subnets', { subnet: { network_id: ':network', ip_version: 4, cidr: '10.1.0.0/24' } }],
  ['DELETE subnets/:subnet', undefined],
  ['PUT networks/:network/tags', { tags: ['blue'] }],
])('%s of a network in use raises its revision, and is announced: %j', async (route, body) => {
  const before = await rowOf(network.id);
  const filled = (text: string) => text.replace(':network', network.id).replace(':subnet', network.subnet);
  await send(filled(route), body === undefined ? undefined : JSON.parse(filled(JSON.stringify(body))));
  expect(await rowOf(network.id)).toEqual({ revision: before.revision + 1, announced: 0 });
  await announce();
  expect((await rowOf(network.id)).announced).toBe(1);
});

test('a router made by the API is defined with its interfaces, its gateway and its routes', async () => {
  const outside = await newNetwork('192.0.2.0/24', { 'router:external': true });
  const { router } = await send('POST routers', {
    router: { name: 'r', external_gateway_info: { network_id: outside.id } },
  });
  const added = await send(`PUT routers/${router.id}/add_router_interface`, { subnet_id: network.subnet });
  const routes = [{ destination: '203.0.113.0/24', nexthop: '10.0.0.9' }];
  await send(`PUT routers/${router.id}`, { router: { routes } });
  await announce();
  const row = { port_id: randomUUID(), network_id: network.id, cell_id: CELL };
  await front.directory.write.insertInto('port_networks').values(row).execute();
  const keys = [
    { kind: 'router' as const, id: router.id as string },
    { kind: 'network' as const, id: network.id },
    { kind: 'network' as const, id: outside.id },
  ];
  const told = await neededIn(front.directory.read, CELL, keys);
  expect(told.map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual(
    keys.map(({ kind, id }) => `${kind} ${id}`).sort(),
  );
  const { port } = await send(`GET ports/${added.port_id}`);
  expect(told.find(({ kind }) => kind === 'router')).toMatchObject({
    enabled: true,
    interfaces: [
      {
        ...{ portId: port.id, networkId: network.id, mac: port.mac_address },
        addresses: [{ subnetId: network.subnet, address: '10.0.0.1' }],
      },
    ],
    gateway: { networkId: outside.id, addresses: [{ subnetId: outside.subnet }], snat: true },
    routes,
  });
  expect(told.find(({ id }) => id === outside.id)).toMatchObject({ network: { external: true } });
  expect(await neededIn(front.directory.read, randomUUID(), keys)).toEqual([]);
});
