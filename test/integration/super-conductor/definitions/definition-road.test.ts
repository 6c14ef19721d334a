import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { beginTelling, endTelling } from '#platform/directory/stores/definitions/told-cells.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { systemClock } from '#platform/time/clock.ts';
import { compareCells } from '../../../../super-conductor/definitions/compare-cells.ts';
import { DefinitionRoad } from '../../../../super-conductor/definitions/definition-road.ts';
import { Random } from '../../../simulation/kernel/random.ts';
import { everything } from '../../../support/test-database.ts';
import { useTestDatabase } from '../../../support/use-test-database.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { knownBy, roadOf } from './a-road.ts';
import type { DefinitionCell } from './definition-cell.ts';
import { needsOf } from './needs.ts';

const db = useTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);
const aRoad = (...names: string[]) => roadOf(db.database, ...names);

test('a cell gets the ports of its servers, their groups and remote members, and a change of each', async () => {
  const { directory, cells, deliver, world } = await aRoad('a', 'b');
  const [a, b] = cells;
  for (const { id } of cells) await beginTelling(directory, id);
  const [web, db] = [await world.group(), await world.group()];
  const fromWeb = await world.rule(db, web, 5432);
  const [server, other] = [await world.server(), await world.server()];
  const [port, remote] = [await world.port(server, [db]), await world.port(other, [web])];
  await deliver();
  expect(knownBy(a)).toEqual([]);

  await world.homeOf(server, a.id);
  await world.homeOf(other, b.id);
  await deliver();
  expect([...a.known.keys()].sort()).toEqual([`group ${db}`, `port ${port}`, `port ${remote}`].sort());
  expect([...b.known.keys()].sort()).toEqual([`group ${web}`, `port ${remote}`].sort());
  expect(a.known.get(`port ${remote}`)).toMatchObject({ groupIds: [web], addresses: ['10.0.0.2'], portSecurity: true });
  expect(a.known.get(`group ${db}`)).toMatchObject({
    rules: expect.arrayContaining([expect.objectContaining({ remoteGroupId: web, portMin: 5432 })]),
  });

  await world.regroup(remote, []);
  await deliver();
  expect([...a.known.keys()].sort()).toEqual([`group ${db}`, `port ${port}`].sort());
  expect(b.known.get(`port ${remote}`)).toMatchObject({ groupIds: [] });

  await world.regroup(remote, [web]);
  await world.move(server, b.id);
  await deliver();
  expect([...b.known.keys()].sort()).toEqual([`group ${db}`, `group ${web}`, `port ${port}`, `port ${remote}`].sort());
  // A move is no change of the port.
  expect(b.known.get(`port ${port}`)).toMatchObject({ generation: 1 });
  expect(a.known.has(`port ${port}`)).toBe(false);
  expect(a.known.has(`group ${db}`)).toBe(false);

  await world.removeRule(fromWeb);
  await world.deletePort(remote);
  await deliver();
  expect(b.known.get(`group ${db}`)).toMatchObject({
    rules: expect.not.arrayContaining([expect.objectContaining({ remoteGroupId: web })]),
  });
  expect(b.known.has(`port ${remote}`)).toBe(false);
});

test('a cell gets the networks of its ports, the routers joined to these, and their networks; and a change of each', async () => {
  const { directory, cells, deliver, world } = await aRoad('a', 'b');
  const [a, b] = cells;
  for (const { id } of cells) await beginTelling(directory, id);
  const [inner, other, outside] = [await world.network(), await world.network(), await world.network()];
  const subnet = await world.subnet(inner);
  const [router, lonely] = [await world.router(), await world.router()];
  await world.leadOutside(router, outside);
  const joined = await world.join(router, inner);
  await world.join(lonely, other);
  const server = await world.server();
  const port = await world.port(server, [], inner);
  await world.homeOf(server, a.id);
  await deliver();
  const keys = (cell: DefinitionCell) => [...cell.known.keys()].sort();
  const first = [`network ${inner}`, `network ${outside}`, `port ${port}`, `router ${router}`].sort();
  expect(keys(a)).toEqual(first);
  expect(b.sent.flatMap(({ put }) => put)).toEqual([]);
  expect(a.known.get(`router ${router}`)).toMatchObject({
    enabled: true,
    interfaces: [{ portId: joined, networkId: inner, addresses: [expect.objectContaining({ address: '10.0.0.1' })] }],
    gateway: { networkId: outside, addresses: [expect.objectContaining({ address: '10.0.0.1' })], snat: true },
  });

  // Each is told what has changed, and nothing else.
  const calls = a.sent.length;
  await world.nameServers(subnet, ['192.0.2.53']);
  await world.changeNetwork(other, 1400);
  await deliver();
  expect(a.sent.slice(calls).flatMap(({ put }) => put.map(({ id }) => id))).toEqual([inner]);
  expect(a.known.get(`network ${inner}`)).toMatchObject({
    network: { subnets: [{ id: subnet, dnsNameservers: ['192.0.2.53'] }] },
  });
  await world.route(router, [{ destination: '203.0.113.0/24', nexthop: '10.0.0.9' }]);
  await deliver();
  expect(a.known.get(`router ${router}`)).toMatchObject({ routes: [{ destination: '203.0.113.0/24' }] });

  // A further network brings a router and its networks to the other cell; the last port takes all along.
  await world.join(router, other);
  await deliver();
  // The other router of that network has no port of the cell: what is behind a router's networks is not needed.
  expect(keys(a)).toEqual([...first, `network ${other}`].sort());
  await world.move(server, b.id);
  await deliver();
  expect(keys(a)).toEqual([]);
  expect(keys(b)).toEqual([...first, `network ${other}`].sort());
  await world.part(joined);
  await deliver();
  expect(keys(b)).toEqual([`network ${inner}`, `port ${port}`].sort());
  await world.join(router, inner);
  await deliver();
  expect(keys(b)).toContain(`network ${outside}`);
  await world.deleteRouter(router);
  await world.deletePort(port);
  await deliver();
  expect(keys(b)).toEqual([]);
});

test('a cell gets the subports of its ports, their groups and networks, and they go where the server goes', async () => {
  const { directory, cells, deliver, compare, world } = await aRoad('a', 'b');
  const [a, b] = cells;
  for (const { id } of cells) await beginTelling(directory, id);
  const [own, theirs, group] = [await world.network(), await world.network(), await world.group()];
  const server = await world.server();
  const parent = await world.port(server, [], own);
  const trunk = await world.trunk(parent);
  const at = { networkId: theirs, groupIds: [group] };
  const sub = await world.subport({ trunk, parent }, { ...at, tag: 7 });
  await deliver();
  expect(knownBy(a)).toEqual([]);
  await world.homeOf(server, a.id);
  await deliver();
  const keys = (cell: DefinitionCell) => [...cell.known.keys()].sort();
  const all = [`group ${group}`, `network ${own}`, `network ${theirs}`, `port ${parent}`, `port ${sub}`].sort();
  expect(keys(a)).toEqual(all);
  expect(knownBy(a)).toEqual(await needsOf(directory, a.id));
  expect(a.known.get(`port ${parent}`)).toMatchObject({
    server: { uuid: server, subports: [{ id: sub, segmentationId: 7, network: { id: theirs } }] },
  });
  expect(a.known.get(`port ${sub}`)).toMatchObject({ groupIds: [group] });
  expect(a.known.get(`port ${sub}`)).not.toHaveProperty('server');
  const second = await world.subport({ trunk, parent }, { ...at, tag: 8 });
  await deliver();
  expect(a.known.get(`port ${parent}`)).toMatchObject({ server: { subports: [{ id: sub }, { id: second }] } });

  await world.move(server, b.id);
  await deliver();
  expect(keys(a)).toEqual([]);
  expect(keys(b)).toEqual([...all, `port ${second}`].sort());
  await compare();
  expect(knownBy(b)).toEqual(await needsOf(directory, b.id));
  for (const id of [sub, second]) await world.takeSubport(parent, id);
  await deliver();
  expect(keys(b)).toEqual([`network ${own}`, `port ${parent}`].sort());
  const { server: told } = b.known.get(`port ${parent}`) as { server?: object };
  expect(told).not.toHaveProperty('subports');
});

test('what is deleted while no cell takes definitions is not needed later', async () => {
  const { directory, cells, deliver, deps, world } = await aRoad('a');
  const [a] = cells;
  await beginTelling(directory, a.id);
  const [network, group, server] = [await world.network(), await world.group(), await world.server()];
  await world.homeOf(server, a.id);
  const port = await world.port(server, [group], network);
  const router = await world.router();
  await world.join(router, network);
  await deliver();
  expect(a.known.size).toBe(4);
  await endTelling(directory, a.id);
  await world.deletePort(port);
  await world.deleteRouter(router);
  const road = new DefinitionRoad(deps, 'one', silentLogger);
  await road.start();
  try {
    await waitUntil('the deletions to be dropped', async () => {
      const left = await directory.read.selectFrom('deleted_definitions').selectAll().execute();
      return left.length === 0;
    });
  } finally {
    await road.stop();
  }
  await beginTelling(directory, a.id);
  for (const table of ['port_groups', 'port_networks', 'router_networks'] as const)
    expect(await directory.read.selectFrom(table).selectAll().execute(), table).toEqual([]);
});

test('what has not changed is not sent again, and a group that is deleted takes the rules that name it along', async () => {
  const { directory, cells, deliver, world } = await aRoad('a');
  const [a] = cells;
  await beginTelling(directory, a.id);
  const [own, remote] = [await world.group(), await world.group()];
  await world.rule(own, remote, 80);
  const server = await world.server();
  await world.homeOf(server, a.id);
  await world.port(server, [own]);
  await deliver();
  const calls = a.sent.length;
  await world.port(server, [own]);
  await deliver();
  expect(a.sent.slice(calls).flatMap(({ put }) => put.map(({ kind }) => kind))).toEqual(['port']);
  await world.deleteGroup(remote);
  await deliver();
  const group = a.known.get(`group ${own}`);
  expect(group?.kind === 'group' && group.rules.every(({ remoteGroupId }) => remoteGroupId === null)).toBe(true);
});

test('while no cell takes definitions nothing is delivered; one that begins gets all, one that ends gets no more', async () => {
  const { directory, cells, deliver, compare, world } = await aRoad('a', 'b');
  const [a, b] = cells;
  b.mood = () => 'old';
  a.takesDefinitions = false;
  const group = await world.group();
  for (const cell of cells) {
    const server = await world.server();
    await world.homeOf(server, cell.id);
    await world.port(server, [group]);
  }
  await deliver();
  await compare();
  await deliver();
  expect([a.sent, b.sent]).toEqual([[], []]);
  a.takesDefinitions = true;
  await compare();
  await deliver();
  expect(knownBy(a)).toEqual(await needsOf(directory, a.id));
  expect(b.sent).toEqual([]);
  a.takesDefinitions = false;
  await compare();
  await world.rule(group, null, 22);
  const calls = a.sent.length;
  await deliver();
  expect(a.sent.length).toBe(calls);
});

test.each([1, 2, 3, 4, 5, 6])('whatever dies, what a cell knows becomes what it needs (seed %i)', async (seed) => {
  const { directory, deps, cells, deliver, compare, world } = await aRoad('a', 'b');
  const random = new Random(seed);
  const pick = <T>(from: readonly T[]): T => random.pick(from);
  for (const cell of cells) {
    await beginTelling(directory, cell.id);
    cell.mood = () => pick(['well', 'well', 'well', 'lost', 'dead']);
  }
  const groups = [await world.group(), await world.group(), await world.group(), await world.group()];
  const [servers, ports, rules] = [[] as string[], [] as string[], [] as string[]];
  const settled: string[] = [];
  const networks = [await world.network(), await world.network(), await world.network(), await world.network()];
  const subnets = [await world.subnet(networks[0] ?? ''), await world.subnet(networks[1] ?? '')];
  const [routers, interfaces] = [[] as string[], [] as string[]];
  const numbers = new Set<number>();
  const anyGroups = () => groups.filter(() => random.chance(0.4));
  const take = (from: string[]): string => from.splice(from.indexOf(pick(from)), 1)[0] ?? '';
  const changes: (() => Promise<unknown>)[] = [
    async () => servers.push(await world.server()),
    async () => {
      if (servers.length === 0) return;
      const uuid = take(servers);
      await world.homeOf(uuid, pick(cells).id);
      settled.push(uuid);
    },
    async () => settled.length > 0 && world.move(pick(settled), pick(cells).id),
    async () => servers.length > 0 && ports.push(await world.port(pick(servers), anyGroups(), pick(networks))),
    async () => settled.length > 0 && ports.push(await world.port(pick(settled), anyGroups(), pick(networks))),
    async () => ports.length > 0 && world.regroup(pick(ports), anyGroups()),
    async () => ports.length > 3 && world.deletePort(take(ports)),
    async () =>
      rules.push(
        await world.rule(pick(groups), random.chance(0.7) ? pick(groups) : null, numbers.add(numbers.size).size),
      ),
    async () => rules.length > 3 && world.removeRule(take(rules)),
    async () => world.changeNetwork(pick(networks), 1_000 + numbers.add(numbers.size).size),
    async () => world.nameServers(pick(subnets), [`192.0.2.${random.below(250)}`]),
    async () => routers.length < 4 && routers.push(await world.router()),
    async () => routers.length > 0 && interfaces.push(await world.join(pick(routers), pick(networks))),
    async () => interfaces.length > 0 && world.part(take(interfaces)),
    async () => routers.length > 0 && world.leadOutside(pick(routers), random.chance(0.7) ? pick(networks) : null),
    async () => routers.length > 0 && world.route(pick(routers), [{ destination: '0.0.0.0/0', nexthop: '10.0.0.9' }]),
    async () => {
      if (routers.length < 2) return;
      const gone = take(routers);
      const theirs = await directory.read.selectFrom('router_interfaces').selectAll().execute();
      for (const { port_id } of theirs.filter(({ router_id }) => router_id === gone))
        interfaces.splice(interfaces.indexOf(port_id), 1);
      await world.deleteRouter(gone);
    },
  ];
  const fault = () => undefined;
  for (let step = 0; step < 120; step++) {
    await pick(changes)();
    // Two workers at the same time, which may both fail.
    if (random.chance(0.6)) await Promise.all([deliver().catch(fault), deliver().catch(fault)]);
    if (random.chance(0.1)) pick(cells).known.clear();
  }
  // The ports of a server that no cell has yet are told when one has it.
  for (const uuid of servers) await world.homeOf(uuid, pick(cells).id);
  for (const cell of cells) cell.mood = () => 'well';
  await deliver();
  for (const cell of cells) for (const one of [...cell.known.keys()].slice(0, 1)) cell.known.delete(one);
  await compareCells({ ...deps, clock: { ...systemClock, now: () => Date.now() + 120_000 } }, silentLogger).reconcile();
  await deliver();
  for (const cell of cells) expect(knownBy(cell)).toEqual(await needsOf(directory, cell.id));
  await compare();
  expect(await directory.read.selectFrom('definitions_due').selectAll().execute()).toEqual([]);
});

test('a directory that was set back makes cells forget what is later than it', async () => {
  const { directory, cells, deliver, compare, world } = await aRoad('a');
  const [a] = cells;
  await beginTelling(directory, a.id);
  const group = await world.group();
  const server = await world.server();
  await world.homeOf(server, a.id);
  await world.port(server, [group]);
  await deliver();
  const known = a.known.get(`group ${group}`);
  if (known?.kind !== 'group') throw new Error('no group');
  a.known.set(`group ${group}`, { ...known, generation: 99, rules: [] });
  await compare();
  await deliver();
  expect(knownBy(a)).toEqual(await needsOf(directory, a.id));
});

test('what only a cell names it forgets, and nothing is written down of it; a cell that tells without order is not believed', async () => {
  const { directory, cells, compare } = await aRoad('a');
  const [a] = cells;
  await beginTelling(directory, a.id);
  for (let at = 0; at < 1_500; at++) {
    const id = randomUUID();
    a.known.set(`port ${id}`, { kind: 'port', id, generation: 1, groupIds: [], addresses: [], portSecurity: true });
  }
  await compare();
  expect(a.known.size).toBe(0);
  expect(a.sent.map(({ forget }) => forget.length)).toEqual([1_000, 500]);
  expect(await directory.read.selectFrom('definitions_due').selectAll().execute()).toEqual([]);

  const group = { kind: 'group' as const, id: randomUUID(), generation: 1, rules: [] };
  a.known.set(`group ${group.id}`, group);
  a.known.set('the same again', group);
  await compare();
  expect(a.known.size).toBe(2);
});

test('a running road delivers within a second, and a cell that does not answer delays no other', async () => {
  const { directory, deps, cells, world } = await aRoad('a', 'b');
  const [a, b] = cells;
  b.mood = () => 'dead';
  for (const { id } of cells) await beginTelling(directory, id);
  const roads = ['one', 'two'].map((name) => new DefinitionRoad(deps, name, silentLogger));
  try {
    for (const road of roads) await road.start();
    const group = await world.group();
    for (const cell of cells) {
      const server = await world.server();
      await world.homeOf(server, cell.id);
      await world.port(server, [group]);
    }
    await waitUntil('cell a to know', async () => a.known.size === 2, 5_000);
    b.mood = () => 'well';
    await waitUntil('cell b to know', async () => b.known.size === 2, 15_000);
  } finally {
    for (const road of roads) await road.stop();
  }
});

test('a definition that is too large for a cell keeps back no other, and arrives when it is smaller', async () => {
  const { directory, cells, deliver, world } = await aRoad('a');
  const [a] = cells;
  await beginTelling(directory, a.id);
  const server = await world.server();
  await world.homeOf(server, a.id);
  const large = await world.port(server, []);
  const pair = { mac: 'fa:16:3e:00:00:01', address: '10.0.0.9' };
  const write = (address_pairs: string) =>
    everything(directory).updateTable('ports').set({ address_pairs }).where('id', '=', large).execute();
  await write(JSON.stringify(Array.from({ length: 200_000 }, () => pair)));
  const port = await world.port(server, []);
  await deliver();
  expect([...a.known.keys()]).toEqual([`port ${port}`]);
  await write(JSON.stringify([pair]));
  await world.regroup(large, [await world.group()]);
  await deliver();
  expect(a.known.get(`port ${large}`)).toMatchObject({ pairs: [pair] });
});
