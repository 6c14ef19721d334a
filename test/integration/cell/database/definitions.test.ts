import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Definition, DefinitionKey } from '#platform/objects/definitions.ts';
import { CELL_MIGRATIONS } from '../../../../cell/database/migrations/index.ts';
import { agentsConcerned } from '../../../../cell/database/stores/definitions/changed-definitions.ts';
import { definitionsOfAgent } from '../../../../cell/database/stores/definitions/definitions-of-agent.ts';
import {
  digestOfDefinitions,
  listDefinitions,
} from '../../../../cell/database/stores/definitions/known-definitions.ts';
import { dropGoneMembers, putDefinitions } from '../../../../cell/database/stores/definitions/put-definitions.ts';
import type { CellTables } from '../../../../cell/database/tables.ts';
import { Random } from '../../../simulation/kernel/random.ts';
import { aGroup, aNetworkDefinition, aPort, aRouter, aRule, KNOWS_NOTHING } from '../../../support/a-definition.ts';
import { useTestDatabase } from '../../../support/use-test-database.ts';
import { contentOf, ToldAgent } from './told-agent.ts';

const db = useTestDatabase<CellTables>(CELL_MIGRATIONS);

const put = (definitions: readonly Definition[], forget: readonly DefinitionKey[] = [], now = Date.now()) =>
  db.database.transaction((tx) => putDefinitions(tx, definitions, forget, now));

const anAgent = (takesDefinitions = true) => ToldAgent.in(db, takesDefinitions);

test('a definition replaces an older one; an equal or older one changes nothing, and what is forgotten may come again', async () => {
  const [group, port] = [randomUUID(), randomUUID()];
  const agent = await anAgent();
  await agent.bind(port);
  await put([aGroup(group, 2), aPort(port, 2, [group])]);
  expect(await put([aGroup(group, 2, [randomUUID()]), aGroup(group, 1), aPort(port, 1, [])])).toEqual({
    ...{ groupIds: [], portIds: [], memberGroupIds: [], networkIds: [], joinedNetworkIds: [], bindings: [] },
  });
  await agent.ask();
  expect(agent.heard.portOf(port)).toEqual({ groupIds: [group], portSecurity: true });
  expect(agent.heard.groupOf(group)?.rules).toEqual([aRule(null)]);
  await put([], [{ kind: 'group', id: group }]);
  await put([], [{ kind: 'group', id: group }]);
  await agent.ask();
  expect(agent.heard.groupOf(group)).toBe(null);
  await put([aGroup(group, 2)]);
  await agent.ask();
  expect(agent.heard.groupOf(group)?.rules).toEqual([aRule(null)]);
});

test('of one call the newest of each definition counts', async () => {
  const group = randomUUID();
  await put([aGroup(group, 3, [randomUUID()]), aGroup(group, 5), aGroup(group, 4)]);
  const known = await listDefinitions(db.database.read, null, 5_000);
  expect(known.find(({ id }) => id === group)).toEqual({ kind: 'group', id: group, generation: 5 });
});

test('a change concerns the agents whose ports need it, if their hosts take definitions', async () => {
  const [web, store] = [randomUUID(), randomUUID()];
  const [near, far, member] = [randomUUID(), randomUUID(), randomUUID()];
  const [a, b, lax] = [await anAgent(), await anAgent(), await anAgent(false)];
  await a.bind(near);
  await b.bind(far);
  await lax.bind(near);
  await put([aGroup(store, 1, [web]), aGroup(web, 1), aPort(near, 1, [store]), aPort(far, 1, [web])]);
  const concerned = async (definitions: readonly Definition[], forget: readonly DefinitionKey[] = []) =>
    (await agentsConcerned(db.database.read, await put(definitions, forget))).toSorted();
  expect(await concerned([aGroup(store, 2, [web])])).toEqual([a.agentId]);
  expect(await concerned([aGroup(web, 2)])).toEqual([b.agentId]);
  expect(await concerned([aPort(member, 1, [web])])).toEqual([a.agentId]);
  expect(await concerned([], [{ kind: 'port', id: member }])).toEqual([a.agentId]);
  expect(await concerned([aPort(far, 2, [web], '10.0.0.9')])).toEqual([a.agentId, b.agentId].toSorted());
  expect(await concerned([aPort(far, 2, [web], '10.0.0.9')])).toEqual([]);
});

test('a change of a network or a router concerns the agents with a port on a network that it reaches', async () => {
  const [left, right, outside, lonely] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const [router, other] = [randomUUID(), randomUUID()];
  const [a, b, away] = [await anAgent(), await anAgent(), await anAgent()];
  await a.bindOn(left);
  await b.bindOn(right);
  await away.bindOn(outside);
  const networks = [left, right, outside, lonely].map((id) => aNetworkDefinition(id, 1));
  await put([...networks, aRouter(router, 1, [left], outside), aRouter(other, 1, [lonely])]);
  const concerned = async (definitions: readonly Definition[], forget: readonly DefinitionKey[] = []) =>
    (await agentsConcerned(db.database.read, await put(definitions, forget))).toSorted();
  const both = [a.agentId, b.agentId].toSorted();
  expect(await concerned([aNetworkDefinition(left, 2)])).toEqual([a.agentId]);
  expect(await concerned([aNetworkDefinition(left, 2)])).toEqual([]);
  expect(await concerned([aNetworkDefinition(lonely, 2)])).toEqual([]);
  expect(await concerned([aNetworkDefinition(outside, 2)])).toEqual([a.agentId, away.agentId].toSorted());
  expect(await concerned([aRouter(other, 2, [lonely])])).toEqual([]);
  // Who gets an interface, and who loses one.
  expect(await concerned([aRouter(router, 2, [left, right], outside)])).toEqual(both);
  expect(await concerned([aNetworkDefinition(right, 2)])).toEqual(both);
  expect(await concerned([aRouter(router, 3, [right], outside)])).toEqual(both);
  expect(await concerned([], [{ kind: 'router', id: router }])).toEqual([b.agentId]);
  expect(await concerned([], [{ kind: 'network', id: right }])).toEqual([b.agentId]);
});

test('an agent is told of the networks of its ports, of routers joined to these, and of their networks; each content once', async () => {
  const [own, behind, outside, foreign] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const [router, far] = [randomUUID(), randomUUID()];
  const agent = await anAgent();
  await agent.bindOn(own);
  const networks = [own, behind, outside, foreign].map((id) => aNetworkDefinition(id, 1));
  await put([...networks, aRouter(router, 1, [own, behind], outside), aRouter(far, 1, [behind, foreign], own)]);
  const answer = await definitionsOfAgent(db.database.read, agent.agentId, KNOWS_NOTHING);
  expect(answer.networks.map(({ id }) => id)).toEqual([own, behind, outside].sort());
  expect(answer.routers).toMatchObject([{ id: router, router: { gateway: { networkId: outside, snat: true } } }]);
  await agent.ask();
  expect(agent.heard.networkOf(own)).toMatchObject({ mtu: 1500 });

  await put([aNetworkDefinition(own, 2, 1400), aRouter(router, 2, [own, behind])]);
  const next = await definitionsOfAgent(db.database.read, agent.agentId, agent.heard.knows());
  const told = next.networks.map(({ id, network }) => [id, network?.mtu ?? null]);
  expect(told.toSorted()).toEqual(
    [
      [own, 1400],
      [behind, null],
    ].toSorted(),
  );
  expect(next.routers).toMatchObject([{ id: router, generation: 2, router: { gateway: null } }]);
  await agent.ask();
  expect(agent.heard.networkOf(own)).toMatchObject({ mtu: 1400 });
  expect(agent.heard.networkOf(outside)).toBe(null);
  expect(agent.heard.routersOf(own).map(({ id }) => id)).toEqual([router]);

  await put([], [{ kind: 'router', id: router }]);
  await agent.ask();
  expect(agent.heard.routersOf(own)).toEqual([]);
  expect(agent.heard.networkOf(behind)).toBe(null);
});

test('an agent is told of nothing but what its own ports need', async () => {
  const [own, other, remote] = [randomUUID(), randomUUID(), randomUUID()];
  const [port, foreign] = [randomUUID(), randomUUID()];
  const [a, b] = [await anAgent(), await anAgent()];
  await a.bind(port);
  await b.bind(foreign);
  await put([aGroup(own, 1), aGroup(other, 1, [remote]), aPort(port, 1, [own]), aPort(foreign, 1, [other, remote])]);
  const answer = await definitionsOfAgent(db.database.read, a.agentId, KNOWS_NOTHING);
  expect(answer.ports.map(({ id }) => id)).toEqual([port]);
  expect(answer.groups.map(({ id }) => id)).toEqual([own]);
  expect(answer.remotes).toEqual([]);
});

test('an agent that was away while members were dropped for good, or before the database was set back, gets whole lists', async () => {
  const [group, remote, port, member] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const agent = await anAgent();
  await agent.bind(port);
  await put([aGroup(group, 1, [remote]), aPort(port, 1, [group]), aPort(member, 1, [remote])]);
  await agent.ask();
  expect([...agent.heard.membersOf(remote)]).toEqual(['10.0.0.1']);
  await put([], [{ kind: 'port', id: member }], 1_000);
  expect(await db.database.transaction((tx) => dropGoneMembers(tx, 2_000, 10))).toBeGreaterThan(0);
  await agent.ask();
  expect([...agent.heard.membersOf(remote)]).toEqual([]);
  const { remotes } = await definitionsOfAgent(db.database.read, agent.agentId, {
    ...KNOWS_NOTHING,
    remotes: [{ id: remote, version: 1_000_000 }],
  });
  expect(remotes).toMatchObject([{ id: remote, whole: true }]);
});

test.each([1, 2, 3, 4])(
  'an agent that takes changes knows the same as one that asks for all (seed %i)',
  async (seed) => {
    const random = new Random(seed);
    const groups = Array.from({ length: 5 }, () => randomUUID());
    const ports = Array.from({ length: 12 }, () => randomUUID());
    const some = (ids: readonly string[]) => ids.filter(() => random.chance(0.3));
    const agent = await anAgent();
    for (const port of ports.slice(0, 3)) await agent.bind(port);
    const networks = Array.from({ length: 6 }, () => randomUUID());
    const routers = Array.from({ length: 3 }, () => randomUUID());
    await agent.bindOn(networks[0] ?? '');
    let generation = 0;
    for (let step = 0; step < 60; step++) {
      generation += 1;
      const old = random.chance(0.2) ? 1 : 0;
      const definitions: Definition[] = [
        ...some(groups).map((id) => aGroup(id, generation - old, some(groups))),
        ...some(ports).map((id, at) => aPort(id, generation - old, some(groups), `10.0.${step}.${at}`)),
        ...some(networks).map((id) => aNetworkDefinition(id, generation - old, 1_000 + step)),
        ...some(routers).map((id) => {
          const gateway = random.chance(0.5) ? random.pick(networks) : null;
          return aRouter(id, generation - old, some(networks), gateway);
        }),
      ];
      const forget: DefinitionKey[] = random.chance(0.3)
        ? [
            { kind: 'port', id: random.pick(ports) },
            { kind: 'group', id: random.pick(groups) },
            { kind: 'network', id: random.pick(networks) },
            { kind: 'router', id: random.pick(routers) },
          ]
        : [];
      await put(definitions, forget, step);
      if (random.chance(0.2)) await agent.bind(random.pick(ports));
      if (random.chance(0.05)) await agent.bindOn(random.pick(networks));
      if (random.chance(0.2)) await db.database.transaction((tx) => dropGoneMembers(tx, step - 2, 100));
      if (random.chance(0.6)) await agent.ask(random.chance(0.5) ? 3 : undefined);
    }
    await agent.ask();
    const asked = await agent.all();
    expect(contentOf(agent.heard)).toEqual(contentOf(asked));
    expect(asked.state().groups.length).toBeGreaterThan(0);
    expect(asked.state().networks.length).toBeGreaterThan(0);
  },
);

test('pages of definitions hold each once, and the digest is that of all', async () => {
  const { count, digest } = await digestOfDefinitions(db.database.read);
  const keys: string[] = [];
  for (let after: DefinitionKey | null = null; ; ) {
    const page: readonly DefinitionKey[] = await listDefinitions(db.database.read, after, 7);
    keys.push(...page.map(({ kind, id }) => `${kind} ${id}`));
    if (page.length < 7) break;
    after = page.at(-1) ?? null;
  }
  expect(keys).toHaveLength(count);
  expect(keys).toEqual([...new Set(keys)].sort());
  await put([aGroup(randomUUID(), 1), aNetworkDefinition(randomUUID(), 1), aRouter(randomUUID(), 1, [])]);
  expect((await digestOfDefinitions(db.database.read)).digest).not.toBe(digest);
});
