import { beforeEach, expect, test } from 'vitest';
import { addAggregateHost, createAggregate } from '#platform/directory/stores/aggregates.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { NetworkAgent } from '#platform/objects/network-agent.ts';
import { useFrontApp } from '../use-front-app.ts';

/** Network agents and zones of networks, over cells whose doors answer from memory. */
const front = useFrontApp();
const send = (what: string, { token = front.admin, body }: { token?: string; body?: object } = {}) =>
  front.send(what.replace(' ', ' /network/v2.0/'), { token, ...(body === undefined ? {} : { body }) });

interface Stub {
  readonly name: string;
  /** By the network that a host has a port of. */
  agents: readonly (NetworkAgent & { readonly on?: readonly string[] })[];
  silent: boolean;
}
const anAgent = (id: number, host: string, more: Partial<NetworkAgent> = {}): NetworkAgent => ({
  id: `a0000000-0000-4000-8000-00000000000${id}`,
  ...{ host, up: true, release: '0.1.0', takesDefinitions: true, problem: null, ports: 2, networks: 1 },
  ...{ startedAt: '2026-01-01T00:00:00.123Z', lastSeenAt: '2026-01-02T03:04:05.678Z' },
  ...more,
});

let west: Stub;
let east: Stub;
beforeEach(() => {
  west = { name: 'west', silent: false, agents: [anAgent(1, 'w-1'), anAgent(2, 'w-2', { up: false })] };
  east = { name: 'east', silent: false, agents: [anAgent(3, 'e-1')] };
  const doors = [west, east].map((cell) => ({
    ...{ id: cell.name, name: cell.name, enabled: true },
    door: {
      listNetworkAgents: async ({ networkIds }: { networkIds: readonly string[] | null }) => {
        if (cell.silent) throw new VolvoxError('deadline-exceeded', 'no answer');
        const asked = cell.agents.filter(({ on }) => networkIds?.some((id) => on?.includes(id)) ?? true);
        return { agents: asked.map(({ on: _on, ...agent }) => agent) };
      },
    },
  }));
  Object.assign(front.deps, { cells: { all: () => doors } });
});
const hostsOf = ({ body }: { body: { agents: { host: string }[] } }) => body.agents.map(({ host }) => host);

test('an agent, as its cell knows it', async () => {
  const [cell] = [anAgent(1, 'w-1')];
  const shown = await send(`GET agents/${cell.id}`);
  expect(shown.body.agent).toEqual({
    ...{ id: cell.id, host: 'w-1', binary: 'volvox-network', agent_type: 'Volvox network agent', topic: 'N/A' },
    ...{ alive: true, admin_state_up: true, description: null, availability_zone: 'nova', resources_synced: null },
    ...{ created_at: '2026-01-01 00:00:00', started_at: '2026-01-01 00:00:00' },
    heartbeat_timestamp: '2026-01-02 03:04:05',
    configurations: { cell: 'west', release: '0.1.0', follows_changes: true, problem: null, ports: 2, networks: 1 },
  });
  expect((await send('GET agents/a0000000-0000-4000-8000-00000000000f')).status).toBe(404);
});

test('lists are filtered, sorted, paged and cut to fields', async () => {
  expect(hostsOf(await send('GET agents?sort_key=host'))).toEqual(['e-1', 'w-1', 'w-2']);
  expect(hostsOf(await send('GET agents?alive=False'))).toEqual(['w-2']);
  expect(hostsOf(await send('GET agents?host=e-1&host=w-1&sort_key=host&sort_dir=desc'))).toEqual(['w-1', 'e-1']);
  expect(hostsOf(await send('GET agents?agent_type=L3%20agent'))).toEqual([]);
  expect(hostsOf(await send('GET agents?admin_state_up=false'))).toEqual([]);
  const page = await send('GET agents?sort_key=host&limit=2&fields=host');
  expect(page.body.agents).toEqual([{ host: 'e-1' }, { host: 'w-1' }]);
  const [next] = page.body.agents_links;
  expect(hostsOf(await send(`GET agents?${new URL(next.href).search.slice(1)}`))).toEqual(['w-2']);
  expect((await send('GET agents?colour=red')).status).toBe(400);
});

test('a cell that does not answer is named; without any the answer is 503', async () => {
  east.silent = true;
  const listed = await send('GET agents?sort_key=host');
  expect([hostsOf(listed), listed.headers['x-volvox-silent-cells']]).toEqual([['w-1', 'w-2'], 'east']);
  expect((await send('GET agents/a0000000-0000-4000-8000-000000000003')).status).toBe(503);
  const zones = await send('GET availability_zones');
  expect([zones.status, zones.headers['x-volvox-silent-cells']]).toEqual([200, 'east']);
  west.silent = true;
  for (const what of ['agents', 'availability_zones']) expect((await send(`GET ${what}`)).status).toBe(503);
});

test('nobody but an admin sees, disables or deletes agents; an admin is told what to do instead', async () => {
  const path = `agents/${anAgent(1, 'w-1').id}`;
  const update = (agent: object, token = front.admin) => send(`PUT ${path}`, { token, body: { agent } });
  for (const what of ['GET agents', `GET ${path}`, `DELETE ${path}`])
    expect([what, (await send(what, { token: front.demo })).status]).toEqual([what, 403]);
  expect((await update({}, front.demo)).status).toBe(403);
  const disabled = await update({ admin_state_up: false });
  expect([disabled.status, disabled.body.NeutronError.message]).toEqual([
    409,
    expect.stringContaining('Disable the compute service of w-1'),
  ]);
  const described = await update({ description: 'mine' });
  expect([described.status, described.body.NeutronError.message]).toEqual([
    400,
    expect.stringContaining('description'),
  ]);
  expect((await update({ admin_state_up: true, description: '' })).body.agent).toMatchObject({ host: 'w-1' });
  const deleted = await send(`DELETE ${path}`);
  expect([deleted.status, deleted.body.NeutronError.message]).toEqual([
    409,
    expect.stringContaining('Delete the compute service of w-1'),
  ]);
});

test('two cells that show one agent: nobody knows which is meant', async () => {
  east.agents = [anAgent(1, 'e-1')];
  expect((await send(`GET agents/${anAgent(1, 'w-1').id}`)).status).toBe(409);
});

test('the agents of a network and of a router are those of the hosts that have a port of it', async () => {
  const network = (await send('POST networks', { body: { network: {} } })).body.network.id;
  const subnet = { network_id: network, ip_version: 4, cidr: '10.9.0.0/24' };
  const { id: subnet_id } = (await send('POST subnets', { body: { subnet } })).body.subnet;
  const router = (await send('POST routers', { body: { router: {} } })).body.router.id;
  west.agents = [{ ...anAgent(1, 'w-1'), on: [network] }, anAgent(2, 'w-2')];
  expect(hostsOf(await send(`GET networks/${network}/dhcp-agents`))).toEqual(['w-1']);
  expect(hostsOf(await send(`GET routers/${router}/l3-agents`))).toEqual([]);
  await send(`PUT routers/${router}/add_router_interface`, { body: { subnet_id } });
  expect(hostsOf(await send(`GET routers/${router}/l3-agents`))).toEqual(['w-1']);
  for (const path of [`networks/${router}/dhcp-agents`, `routers/${network}/l3-agents`])
    expect([path, (await send(`GET ${path}`)).status]).toEqual([path, 404]);
  for (const path of [`networks/${network}/dhcp-agents`, `routers/${router}/l3-agents`])
    expect([path, (await send(`GET ${path}`, { token: front.demo })).status]).toEqual([path, 403]);
});

test('zones of networks and routers are those of the hosts, by their aggregates', async () => {
  const now = new Date().toISOString();
  const zoned = { uuid: 'b0000000-0000-4000-8000-000000000001', name: 'attic', zone: 'attic' };
  await front.directory.transaction(async (tx) => {
    const { id } = await createAggregate(tx, zoned, now);
    await addAggregateHost(tx, id, 'w-2', 'west');
  });
  const zones = async (query = '') =>
    (await send(`GET availability_zones${query}`, { token: front.demo })).body.availability_zones;
  expect(await zones()).toEqual([
    { name: 'attic', resource: 'network', state: 'unavailable' },
    { name: 'attic', resource: 'router', state: 'unavailable' },
    { name: 'nova', resource: 'network', state: 'available' },
    { name: 'nova', resource: 'router', state: 'available' },
  ]);
  expect(await zones('?resource=router&state=available')).toEqual([
    { name: 'nova', resource: 'router', state: 'available' },
  ]);
  expect((await send('GET agents?availability_zone=attic')).body.agents).toMatchObject([{ host: 'w-2' }]);
});

test('what provides routers, and what is not offered at all', async () => {
  expect((await send('GET service-providers?default=true')).body.service_providers).toEqual([
    { service_type: 'L3_ROUTER_NAT', name: 'volvox', default: true },
  ]);
  expect((await send('GET service-providers?name=other')).body.service_providers).toEqual([]);
  for (const path of ['flavors', 'segments', 'log/loggable-resources', 'metering/metering-labels']) {
    const { status, body } = await send(`GET ${path}`, { token: front.demo });
    expect([status, body.NeutronError.message]).toEqual([404, expect.stringContaining('This region offers no')]);
  }
});
