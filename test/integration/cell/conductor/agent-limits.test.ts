import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOfSecret, newSecret } from '#platform/rpc/agent-credential.ts';
import { everything } from '../../../support/test-database.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aJoinToken, EnrolledAgent, joinWith } from './support/an-enrolled-agent.ts';
import { CellWorld } from './support/cell-world.ts';
import { aHostReport } from './support/fake-agents.ts';

const refusal = (kind: string) => expect.objectContaining({ kind });

/** What an agent with a valid key may still try. */
describe('an agent with a key of its own', () => {
  let world: CellWorld;
  beforeAll(async () => {
    world = await CellWorld.create({ hosts: 0 });
  });
  afterAll(() => world.close());

  const keysOf = async (agentId: string) =>
    world.test.database.read.selectFrom('agent_keys').selectAll().where('agent_id', '=', agentId).execute();
  const joinAgain = async (agent: EnrolledAgent, hosts: string[]) => {
    const secret = newSecret();
    const keyHash = hashOfSecret(secret);
    await joinWith(world, await aJoinToken(world, hosts), { agentId: agent.agentId, kind: agent.kind, keyHash });
    return new EnrolledAgent(world, agent.kind, agent.agentId, secret);
  };

  it('cannot bring an ended key back with the token that gave it', async () => {
    const token = await aJoinToken(world, ['spent-1']);
    const first = await EnrolledAgent.join(world, 'network', token);
    const { agentId } = first;
    await first.announce(['spent-1']);
    const second = await joinAgain(first, ['spent-1']);
    await second.announce(['spent-1']);
    const db = everything(world.test.database);
    await db
      .updateTable('agent_keys')
      .set((eb) => ({ used_at: eb('used_at', '-', 60_000) }))
      .where('agent_id', '=', agentId)
      .execute();
    const before = await keysOf(agentId);
    const firstHash = hashOfSecret(first.credential.slice(agentId.length + 1));
    expect(before.map(({ key_hash }) => key_hash)).toContain(firstHash);
    const replay = () => joinWith(world, token, { agentId, kind: 'network', keyHash: firstHash });
    await expect(replay()).rejects.toEqual(refusal('unauthenticated'));
    expect(await keysOf(agentId)).toEqual(before);
  });

  it('repeats a join without changing anything', async () => {
    const token = await aJoinToken(world, ['again-1']);
    const agent = { agentId: randomUUID(), kind: 'network' as const, keyHash: hashOfSecret(newSecret()) };
    await joinWith(world, token, agent);
    const before = await keysOf(agent.agentId);
    await joinWith(world, token, agent);
    expect(await keysOf(agent.agentId)).toEqual(before);
  });

  it('gets a key that is later than its others, also by a clock that went back', async () => {
    const first = await EnrolledAgent.join(world, 'network', await aJoinToken(world, ['order-1']));
    await first.announce(['order-1']);
    await everything(world.test.database)
      .updateTable('agent_keys')
      .set({ created_at: Date.now() + 3_600_000, used_at: Date.now() - 60_000 })
      .where('agent_id', '=', first.agentId)
      .execute();
    const second = await joinAgain(first, ['order-1']);
    await second.announce(['order-1']);
    expect(await second.client.heartbeat({ agentId: second.agentId })).toMatchObject({ known: true });
  });

  it('drives the hosts of the key that it shows, not those of its other keys', async () => {
    const first = await EnrolledAgent.join(world, 'network', await aJoinToken(world, ['shown-1']));
    await first.announce(['shown-1']);
    const second = await joinAgain(first, ['shown-1', 'shown-2']);
    await second.announce(['shown-1', 'shown-2']);
    await expect(first.announce(['shown-1', 'shown-2'])).rejects.toEqual(refusal('forbidden'));
  });

  it('says when it started, but not a time to come, nor no time at all', async () => {
    const agent = await EnrolledAgent.join(world, 'compute', await aJoinToken(world, ['future-1']));
    const since = (startedAt: string) =>
      agent.client.announce({
        ...{ agentId: agent.agentId, kind: 'compute', url: 'http://127.0.0.1:9', startedAt, release: 'test' },
        hosts: [aHostReport('future-1', { vcpus: 1, ramMb: 1, diskGb: 1 })],
      });
    await expect(since('9999-99-99T99:99:99Z')).rejects.toEqual(refusal('invalid'));
    await since('9999-01-01T00:00:00Z');
    const [host] = (await world.door.listHosts({})).hosts.filter(({ name }) => name === 'future-1');
    expect(Date.parse(host?.startedAt ?? '')).toBeLessThanOrEqual(Date.now());
  });

  it('is refused in few words, however long the names are that it announces', async () => {
    const agent = await EnrolledAgent.join(world, 'network', await aJoinToken(world, ['words-1']));
    const names = Array.from({ length: 500 }, (_, at) => `${at}-${'x'.repeat(200)}`);
    const message = await agent.announce(names).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(message).toMatch(/and 495 more\.$/);
    expect(message.length).toBeLessThan(1_000);
    await expect(agent.announce(['x'.repeat(256)])).rejects.toEqual(refusal('invalid'));
  });

  it('reports no more than 1,000 guests that nobody knows', async () => {
    const agent = await EnrolledAgent.join(world, 'compute', await aJoinToken(world, ['many-1']));
    await agent.announce(['many-1']);
    const report = (count: number) =>
      agent.client.reportGuests({
        agentId: agent.agentId,
        guests: Array.from({ length: count }, () => ({
          ...{ guestId: randomUUID(), hostName: 'many-1', epoch: 0, generation: 0, power: 'running', settled: true },
          ...{ restarts: 0, error: null, progress: 100, stoppedByItself: false },
        })),
      });
    await report(700);
    await report(700);
    const { read } = world.test.database;
    const stored = await read.selectFrom('unknown_guests').select('guest_id').execute();
    expect(stored).toHaveLength(1_000);
    await waitUntil('a finding', async () => {
      const rows = await read.selectFrom('sightings').select('message').where('subject', '=', agent.agentId).execute();
      return rows.some(({ message }) => message.includes('more than 1000 guests'));
    });
  });
});
