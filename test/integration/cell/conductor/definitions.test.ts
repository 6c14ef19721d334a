import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFINITIONS_CHANGED } from '#platform/contracts/agent.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import type { DefinitionKey, KnownDefinition } from '#platform/objects/definitions.ts';
import { agentQueue } from '#platform/queue/agent-user.ts';
import { createWakeListener } from '#platform/queue/wake-listener.ts';
import { DefinitionFeed } from '../../../../cell/network/definitions/definition-feed.ts';
import { NO_DEFINITION_FILE } from '../../../../cell/network/definitions/definition-file.ts';
import { HeardDefinitions } from '../../../../cell/network/definitions/heard-definitions.ts';
import { aGroup, aNetworkDefinition, aPort, aRouter, KNOWS_NOTHING } from '../../../support/a-definition.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { bindPorts } from '../database/told-agent.ts';
import { aJoinToken, EnrolledAgent } from './support/an-enrolled-agent.ts';
import { CellWorld } from './support/cell-world.ts';

/** A network agent with one host, woken through the Redis of its cell. */
interface Listening {
  readonly agent: EnrolledAgent;
  readonly woken: string[];
  announce(takesDefinitions?: boolean): Promise<unknown>;
  bind(...portIds: readonly string[]): Promise<void>;
}

describe('definitions in a cell', () => {
  let world: CellWorld;
  const services: Service[] = [];
  const agents: EnrolledAgent[] = [];
  beforeAll(async () => {
    world = await CellWorld.create({ hosts: 0 });
  });
  afterAll(async () => {
    for (const service of services.toReversed()) await service.stop();
    for (const agent of agents) await agent.client.close();
    await world.close();
  });

  const listening = async (take: (ids: readonly string[]) => void = () => undefined): Promise<Listening> => {
    const host = `host-${randomUUID().slice(0, 8)}`;
    const agent = await EnrolledAgent.join(world, 'network', await aJoinToken(world, [host]));
    agents.push(agent);
    const announce = (takesDefinitions?: boolean) =>
      agent.client.announce({
        ...{ agentId: agent.agentId, kind: 'network', url: 'http://127.0.0.1:9', release: 'test' },
        startedAt: new Date().toISOString(),
        hosts: [{ name: host, ...(takesDefinitions === undefined ? {} : { takesDefinitions }) }],
      });
    await announce();
    const woken: string[] = [];
    const note = (ids: readonly string[]) => {
      woken.push(...ids);
      take(ids);
    };
    const listener = createWakeListener(world.redis.config, agentQueue(agent.agentId), note, silentLogger);
    services.push(listener);
    await listener.start();
    const { read } = world.test.database;
    const { id: hostId } = await read
      .selectFrom('hosts')
      .select('id')
      .where('name', '=', host)
      .executeTakeFirstOrThrow();
    return {
      agent,
      woken,
      announce,
      bind: async (...portIds) => void (await bindPorts(world.test.database, hostId, portIds)),
    };
  };
  /** What an agent was woken for since the last call. What was sent before is there when a later wake-up is. */
  const wakesOf = async ({ agent, woken }: Listening): Promise<readonly string[]> => {
    const mark = `mark-${randomUUID()}`;
    await world.conductor.parts.waker.wake(agentQueue(agent.agentId), [mark]);
    await waitUntil('the mark', () => woken.includes(mark));
    return woken.splice(0).filter((id) => id !== mark);
  };
  const ask = ({ agent }: Listening, agentId = agent.agentId) =>
    agent.client.definitions({ agentId, knows: KNOWS_NOTHING });

  it('are needed while a host takes them, and not when none does any more', async () => {
    const { announce } = await listening();
    const takes = async () => (await world.door.knownDefinitions({ after: null, limit: 0 })).takesDefinitions;
    expect(await takes()).toBe(false);
    await announce(true);
    expect(await takes()).toBe(true);
    await announce(false);
    expect(await takes()).toBe(false);
    await announce(true);
    await announce();
    expect(await takes(), 'an agent of an earlier release').toBe(false);
  });

  it('wake just the agents whose ports they concern, after the change can be asked for', async () => {
    const [a, b, lax] = [await listening(), await listening(), await listening()];
    for (const one of [a, b]) await one.announce(true);
    const [web, store, other] = [randomUUID(), randomUUID(), randomUUID()];
    const [onA, onB, onLax, far] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    await a.bind(onA);
    await b.bind(onB);
    await lax.bind(onLax);
    const put = [aGroup(store, 1, [web]), aGroup(other, 1), aPort(onA, 1, [store]), aPort(onB, 1, [other])];
    await world.door.putDefinitions({ put: [...put, aPort(onLax, 1, [store])], forget: [] });
    expect(await Promise.all([a, b, lax].map(wakesOf))).toEqual([[DEFINITIONS_CHANGED], [DEFINITIONS_CHANGED], []]);

    await world.door.putDefinitions({ put: [aPort(far, 1, [web], '10.9.9.9')], forget: [] });
    expect(await Promise.all([a, b].map(wakesOf))).toEqual([[DEFINITIONS_CHANGED], []]);
    const { remotes } = await ask(a);
    expect(remotes).toEqual([{ id: web, whole: true, members: [{ portId: far, addresses: ['10.9.9.9'] }], gone: [] }]);

    await world.door.putDefinitions({ put: [aPort(far, 1, [web], '10.9.9.9'), ...put], forget: [] });
    expect(await Promise.all([a, b].map(wakesOf)), 'what is known already').toEqual([[], []]);
    await world.door.putDefinitions({ put: [], forget: [{ kind: 'group', id: other }] });
    expect(await Promise.all([a, b].map(wakesOf))).toEqual([[], [DEFINITIONS_CHANGED]]);
  });

  it('are told to nobody but the agent that drives the ports', async () => {
    const [a, b] = [await listening(), await listening()];
    const port = randomUUID();
    await a.bind(port);
    await world.door.putDefinitions({ put: [aPort(port, 1, [])], forget: [] });
    expect((await ask(a)).ports).toMatchObject([{ id: port }]);
    expect((await ask(b)).ports).toEqual([]);
    await expect(ask(b, a.agent.agentId)).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it('are listed page by page, with a digest that anybody can compute', async () => {
    const ids = Array.from({ length: 5 }, () => randomUUID());
    await world.door.putDefinitions({
      put: ids.flatMap((id, at) => [
        ...[aGroup(id, at), aPort(id, at + 7, [])],
        ...[aNetworkDefinition(id, at + 1), aRouter(id, at + 2, [id], id)],
      ]),
      forget: [],
    });
    const listed: KnownDefinition[] = [];
    for (let after: DefinitionKey | null = null; ; ) {
      const { known }: { known: KnownDefinition[] } = await world.door.knownDefinitions({ after, limit: 3 });
      listed.push(...known);
      const last = known.at(-1);
      if (last === undefined) break;
      after = { kind: last.kind, id: last.id };
    }
    const { count, digest, known } = await world.door.knownDefinitions({ after: null, limit: 0 });
    expect(known).toEqual([]);
    expect(listed).toHaveLength(count);
    expect(listed).toEqual(expect.arrayContaining(ids.map((id, at) => ({ kind: 'port', id, generation: at + 7 }))));
    const sum = listed.reduce((all, { kind, id, generation }) => all + crc32(`${kind}/${id}/${generation}`), 0);
    expect(digest).toBe(String(sum));
  });

  it('reach an agent soon after they were given to the cell, also after its conductor was away', async () => {
    const heard = new HeardDefinitions();
    const wakes: (() => void)[] = [];
    const a = await listening((ids) => {
      if (ids.includes(DEFINITIONS_CHANGED)) for (const wake of wakes) wake();
    });
    await a.announce(true);
    const feed = new DefinitionFeed({
      agentId: a.agent.agentId,
      conductor: { ask: (question) => question(a.agent.client) },
      ...{ heard, keepers: [], file: NO_DEFINITION_FILE, log: silentLogger },
    });
    wakes.push(() => feed.wake());
    services.push(feed);
    await feed.start();
    const [port, group, remote, member] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    await a.bind(port);
    await world.door.putDefinitions({ put: [aPort(port, 1, [group]), aGroup(group, 1, [remote])], forget: [] });
    await waitUntil('the group', () => heard.groupOf(group));
    await world.door.putDefinitions({ put: [aPort(member, 1, [remote], '10.8.8.8')], forget: [] });
    await waitUntil('the member', () => heard.membersOf(remote).has('10.8.8.8'));
    await world.restartConductor();
    expect(heard.portOf(port)).toEqual({ groupIds: [group], portSecurity: true });
    await world.door.putDefinitions({ put: [aPort(member, 2, [remote], '10.8.8.9')], forget: [] });
    await waitUntil('the other address', () => heard.membersOf(remote).has('10.8.8.9'));
    expect([...heard.membersOf(remote)]).toEqual(['10.8.8.9']);
  });
});
