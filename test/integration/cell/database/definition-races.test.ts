import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Definition, DefinitionKey } from '#platform/objects/definitions.ts';
import { CELL_MIGRATIONS } from '../../../../cell/database/migrations/index.ts';
import { definitionsOfAgent } from '../../../../cell/database/stores/definitions/definitions-of-agent.ts';
import { dropGoneMembers, putDefinitions } from '../../../../cell/database/stores/definitions/put-definitions.ts';
import type { CellTables } from '../../../../cell/database/tables.ts';
import { Random } from '../../../simulation/kernel/random.ts';
import { aGroup, aNetworkDefinition, aPort, aRouter } from '../../../support/a-definition.ts';
import { useTestDatabase } from '../../../support/use-test-database.ts';
import { contentOf, ToldAgent } from './told-agent.ts';

const db = useTestDatabase<CellTables>(CELL_MIGRATIONS);
const ids = (count: number) => Array.from({ length: count }, () => randomUUID());
const put = (definitions: readonly Definition[], forget: readonly DefinitionKey[] = []) =>
  db.database.transaction((tx) => putDefinitions(tx, definitions, forget, 0));
const versionNow = async () => {
  const rows = await db.database.read.selectFrom('definition_version').select('version').execute();
  return Number(rows[0]?.version);
};
const dropAllGone = () => db.database.transaction((tx) => dropGoneMembers(tx, 1, 1_000));

test('writers at the same time leave the newest of each, and each change has a version of its own', async () => {
  const [groups, ports] = [ids(4), ids(20)];
  const before = await versionNow();
  const writer = async (seed: number): Promise<number> => {
    const random = new Random(seed);
    let changes = 0;
    for (let step = 0; step < 15; step++) {
      const generation = 1 + random.below(40);
      const { groupIds, portIds } = await put([
        ...groups.filter(() => random.chance(0.4)).map((id) => aGroup(id, generation, [random.pick(groups)])),
        ...ports
          .filter(() => random.chance(0.4))
          .map((id) => aPort(id, generation, [random.pick(groups)], `10.0.0.${generation}`)),
      ]);
      if (groupIds.length + portIds.length > 0) changes += 1;
    }
    return changes;
  };
  const changes = await Promise.all([1, 2, 3, 4].map(writer));
  expect((await versionNow()) - before).toBe(changes.reduce((sum, one) => sum + one, 0));
  const last = ports.map((id) => aPort(id, 41, [groups[0] ?? ''], '10.0.0.41'));
  await Promise.all([put(last), put(last.toReversed()), put(last)]);
  expect((await versionNow()) - before).toBe(changes.reduce((sum, one) => sum + one, 1));
});

test('an agent that asks while members come, go and are dropped for good misses none', async () => {
  const [own, remote, port] = [randomUUID(), randomUUID(), randomUUID()];
  const members = ids(30);
  const agent = await ToldAgent.in(db);
  await agent.bind(port);
  await put([aGroup(own, 1, [remote]), aPort(port, 1, [own])]);
  let writing = true;
  const write = async (seed: number) => {
    const random = new Random(seed);
    for (let step = 1; step <= 60; step++) {
      const id = random.pick(members);
      if (random.chance(0.5)) await put([], [{ kind: 'port', id }]);
      else await put([aPort(id, step, [remote], `10.0.${seed}.${step}`)]);
      if (random.chance(0.3)) await dropAllGone();
    }
  };
  const ask = async () => {
    for (let asked = 0; writing; asked++) await agent.ask(asked % 2 === 0 ? undefined : 5);
  };
  const asking = ask();
  await Promise.all([1, 2, 3].map(write)).finally(() => {
    writing = false;
  });
  await asking;
  await agent.ask();
  expect(contentOf(agent.heard)).toEqual(contentOf(await agent.all()));
});

test('an agent that asks while networks and routers come, change and go ends with what there is', async () => {
  const [networks, routers] = [ids(8), ids(4)];
  const agent = await ToldAgent.in(db);
  for (const network of networks.slice(0, 3)) await agent.bindOn(network);
  let writing = true;
  const write = async (seed: number) => {
    const random = new Random(seed);
    for (let step = 1; step <= 50; step++) {
      const [network, router] = [random.pick(networks), random.pick(routers)];
      const own = networks.filter(() => random.chance(0.3));
      if (random.chance(0.3))
        await put([], [random.chance(0.5) ? { kind: 'network', id: network } : { kind: 'router', id: router }]);
      else
        await put([aNetworkDefinition(network, step, 1_000 + step), aRouter(router, step, own, random.pick(networks))]);
    }
  };
  const ask = async () => {
    while (writing) await agent.ask();
  };
  const asking = ask();
  await Promise.all([1, 2, 3].map(write)).finally(() => {
    writing = false;
  });
  await asking;
  await agent.ask();
  const all = await agent.all();
  expect(contentOf(agent.heard)).toEqual(contentOf(all));
  await put([...networks.map((id) => aNetworkDefinition(id, 51)), ...routers.map((id) => aRouter(id, 51, networks))]);
  await agent.ask();
  expect(
    agent.heard
      .state()
      .networks.map(({ id }) => id)
      .sort(),
  ).toEqual([...networks].sort());
  expect(agent.heard.routersOf(networks[0] ?? '')).toHaveLength(routers.length);
});

test('a member that is dropped for good while an agent is answered is told as gone all the same', async () => {
  const [own, remote, port, member] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const agent = await ToldAgent.in(db);
  await agent.bind(port);
  await put([aGroup(own, 1, [remote]), aPort(port, 1, [own]), aPort(member, 1, [remote])]);
  await agent.ask();
  await put([], [{ kind: 'port', id: member }]);
  // The purge comes between the reading of the version and that of the members.
  let isDue = true;
  const read: typeof db.database.read = new Proxy(db.database.read, {
    get: (target, name, receiver) => {
      if (name !== 'selectFrom') return Reflect.get(target, name, receiver);
      return (from: 'definition_version') => {
        const query = target.selectFrom(from);
        if (!isDue || from !== 'definition_version') return query;
        isDue = false;
        return answeringAfterwards(query, dropAllGone);
      };
    },
  });
  agent.heard.take(await definitionsOfAgent(read, agent.agentId, agent.heard.knows()));
  expect(isDue).toBe(false);
  await agent.ask();
  expect([...agent.heard.membersOf(remote)]).toEqual([]);
});

/** The query builder, whose last call does something after the answer has come. */
function answeringAfterwards<Q extends object>(query: Q, then: () => Promise<unknown>): Q {
  return new Proxy(query, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const result: unknown = member.apply(target, args);
        if (!(result instanceof Promise)) return answeringAfterwards(result as object, then);
        return result.then(async (answer: unknown) => {
          await then();
          return answer;
        });
      };
    },
  });
}
