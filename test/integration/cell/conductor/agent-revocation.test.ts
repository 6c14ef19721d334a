import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { agentContract } from '#platform/contracts/agent.ts';
import { hashOfSecret, newSecret } from '#platform/rpc/agent-credential.ts';
import { createClient } from '#platform/rpc/client.ts';
import { checkDiskTicket } from '#platform/rpc/disk-ticket.ts';
import { sharedVerifier } from '#platform/rpc/signing.ts';
import { everything } from '../../../support/test-database.ts';
import { AGENT_KEY } from '../../../support/test-keys.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aJoinToken, EnrolledAgent, joinWith } from './support/an-enrolled-agent.ts';
import { aBuild, aBuildRequest, anActor, aPort, NETWORK } from './support/build-requests.ts';
import { CellWorld } from './support/cell-world.ts';
import { aHostReport } from './support/fake-agents.ts';

const refusal = (kind: string) => expect.objectContaining({ kind });
const A_HOST = { vcpus: 16, ramMb: 65_536, diskGb: 1_000 };

/** A cell of an earlier release: `cell.agentKey` is set, so agents that never joined are let in with it. */
describe('a revocation, where the shared key is still set', () => {
  let world: CellWorld;
  let host: string;
  let count = 0;
  beforeAll(async () => {
    world = await CellWorld.create({ hosts: 1 });
  });
  beforeEach(() => {
    count += 1;
    host = `revoked-${count}`;
  });
  afterAll(() => world.close());

  const withSharedKey = (agentId: string, names: readonly string[], kind: 'compute' | 'network' = 'network') =>
    world.agents.clientWith(AGENT_KEY).announce({
      ...{ agentId, kind, url: 'http://127.0.0.1:9', startedAt: new Date().toISOString(), release: 'test' },
      hosts: names.map((name) => (kind === 'compute' ? aHostReport(name, A_HOST) : { name })),
    });
  const bothAgents = async () => {
    const token = await aJoinToken(world, [host]);
    const compute = await EnrolledAgent.join(world, 'compute', token);
    const network = await EnrolledAgent.join(world, 'network', token);
    await compute.announce([host]);
    await network.announce([host]);
    return { compute, network };
  };
  const isUp = async () => (await world.door.listHosts({})).hosts.find(({ name }) => name === host)?.up;
  const ended = ({ client, agentId }: EnrolledAgent) =>
    waitUntil('the key to end', () =>
      client.heartbeat({ agentId }).then(
        () => false,
        () => true,
      ),
    );

  it('leaves no way back through the shared key, neither for the agent nor for its host', async () => {
    const { compute, network } = await bothAgents();
    await world.door.revokeHost({ host });
    await ended(compute);
    await ended(network);
    await expect(withSharedKey(network.agentId, [host])).rejects.toEqual(refusal('forbidden'));
    await expect(withSharedKey(compute.agentId, [host], 'compute')).rejects.toEqual(refusal('forbidden'));
    await expect(withSharedKey(randomUUID(), [host])).rejects.toEqual(refusal('forbidden'));
    await expect(withSharedKey(randomUUID(), [host], 'compute')).rejects.toEqual(refusal('forbidden'));
    const question = { agentId: compute.agentId, ids: null, unsettledOnly: false };
    const asShared = world.agents.clientWith(AGENT_KEY);
    await expect(asShared.desiredGuests(question)).rejects.toEqual(refusal('forbidden'));
    expect(await isUp()).toBe(false);
  });

  it('does not make the conductor send the shared key, or sign with it', async () => {
    const { compute } = await bothAgents();
    await world.door.revokeHost({ host });
    await ended(compute);
    const { signing, parts } = world.conductor;
    expect(await signing.callCredential(compute.agentId)).not.toBe(AGENT_KEY);
    const guest = { id: randomUUID(), generation: 1 };
    const ticket = await parts.diskTicket(guest, compute.agentId);
    expect(checkDiskTicket(sharedVerifier(AGENT_KEY), ticket, guest.id, Date.now())).toBeNull();
  });

  it('is lifted by joining again', async () => {
    const { compute, network } = await bothAgents();
    await world.door.revokeHost({ host });
    const secret = newSecret();
    const token = await aJoinToken(world, [host]);
    await joinWith(world, token, { agentId: compute.agentId, kind: 'compute', keyHash: hashOfSecret(secret) });
    const again = new EnrolledAgent(world, 'compute', compute.agentId, secret);
    await again.announce([host]);
    const asNetwork = { agentId: compute.agentId, kind: 'network' as const, keyHash: hashOfSecret('s') };
    await expect(joinWith(world, await aJoinToken(world, [host]), asNetwork)).rejects.toEqual(refusal('forbidden'));
    await EnrolledAgent.join(world, 'network', token, network.agentId).then((agent) => agent.announce([host]));
    expect(await isUp()).toBe(true);
  });

  it('ends agents too that drive the host with the shared key', async () => {
    const [compute, network] = [randomUUID(), randomUUID()];
    await withSharedKey(compute, [host], 'compute');
    await withSharedKey(network, [host]);
    expect(await isUp()).toBe(true);
    expect(await world.door.revokeHost({ host })).toEqual({ revoked: 2 });
    expect(await isUp()).toBe(false);
    await waitUntil('the shared key to end', () =>
      withSharedKey(network, [host]).then(
        () => false,
        () => true,
      ),
    );
    await expect(withSharedKey(randomUUID(), [host])).rejects.toEqual(refusal('forbidden'));
    expect(await isUp()).toBe(false);
    expect(await world.door.revokeHost({ host })).toEqual({ revoked: 0 });
  });

  it('ends keys and open tokens for more hosts than this one', async () => {
    const everywhere = await aJoinToken(world, ['*']);
    const some = await aJoinToken(world, [`${host}*`, 'elsewhere-1']);
    await world.door.revokeHost({ host });
    const agent = () => ({ agentId: randomUUID(), kind: 'network' as const, keyHash: hashOfSecret('s') });
    await expect(joinWith(world, everywhere, agent())).rejects.toEqual(refusal('unauthenticated'));
    await expect(joinWith(world, some, agent())).rejects.toEqual(refusal('unauthenticated'));
    await bothAgents();
    expect(await world.door.revokeHost({ host: `${host}*` }), 'two keys, and the token that gave them').toEqual({
      revoked: 3,
    });
    expect(await isUp()).toBe(false);
  });

  it('wins against an announcement that was let in before it', async () => {
    const { compute } = await bothAgents();
    const { database } = world.test;
    const isWaiting = async () => {
      const { rows } = await sql<{ n: number | bigint }>`SELECT COUNT(*) AS n FROM information_schema.processlist
        WHERE db = DATABASE() AND info LIKE '%cell_identity%LOCK IN SHARE MODE%' AND info NOT LIKE '%processlist%'`.execute(
        everything(database),
      );
      return Number(rows[0]?.n) > 0;
    };
    let announced: Promise<unknown> = Promise.resolve();
    await database.transaction(async (tx) => {
      await tx.selectFrom('cell_identity').select('id').forUpdate().execute();
      announced = compute.announce([host]).then(
        () => 'up',
        (error: unknown) => error,
      );
      await waitUntil('the announcement to wait for its turn', isWaiting);
      await tx.deleteFrom('agent_keys').where('agent_id', '=', compute.agentId).execute();
      await tx.updateTable('agents').set({ up: 0 }).where('id', '=', compute.agentId).execute();
    });
    expect(await announced).toEqual(refusal('unauthenticated'));
    const { read } = database;
    const row = await read.selectFrom('agents').select('up').where('id', '=', compute.agentId).executeTakeFirst();
    expect(row?.up).toBe(0);
  });

  it('is one finding, whatever the holder of the shared key names', async () => {
    await bothAgents();
    const named = Array.from({ length: 20 }, () => randomUUID());
    for (const agentId of named) {
      await expect(withSharedKey(agentId, [host])).rejects.toEqual(refusal('forbidden'));
    }
    const subjects = await waitUntil('a finding', async () => {
      const rows = await world.test.database.read.selectFrom('sightings').select('subject').execute();
      return rows.length > 0 ? rows.map(({ subject }) => subject) : null;
    });
    expect(subjects).toContain('cell.agentKey');
    expect(subjects.filter((subject) => named.some((agentId) => agentId === subject))).toEqual([]);
  });
});

/** An agent of contract version 2 cannot say who it is when it asks for metadata. */
it('tells whoever has the shared key nothing about servers on hosts that have joined', async () => {
  const world = await CellWorld.create({ hosts: 1 });
  const { join: _join, renewKey: _renewKey, ...calls } = agentContract.calls;
  const older = { ...agentContract, version: 2, calls } as unknown as typeof agentContract;
  const client = createClient(older, { url: world.conductor.http.address(), key: AGENT_KEY });
  try {
    const token = await aJoinToken(world, ['joined-1']);
    const compute = await EnrolledAgent.join(world, 'compute', token);
    const network = await EnrolledAgent.join(world, 'network', token);
    for (const agent of [compute, network]) await agent.announce(['joined-1']);
    const { hosts } = await world.door.listHosts({});
    const build = async (hostName: string, address: string) => {
      const fixedIps = [{ subnetId: NETWORK.subnets[0]?.id ?? '', address }];
      const hostId = hosts.find(({ name }) => name === hostName)?.id ?? '';
      const request = aBuildRequest(hostId, { build: aBuild({ ports: [aPort({ fixedIps })] }) });
      await world.door.createInstances({ requests: [request], actor: anActor() });
      return request.build.uuid;
    };
    const joined = await build('joined-1', '10.20.0.31');
    const shared = await build('host-1', '10.20.0.32');
    for (const agent of [network, compute]) await agent.settle();
    await world.until(joined, 'active');
    await world.until(shared, 'active');
    const ask = (address: string) =>
      client.instanceMetadata({ networkId: NETWORK.id, address } as Parameters<typeof client.instanceMetadata>[0]);
    expect(await ask('10.20.0.32')).toMatchObject({ uuid: shared });
    await expect(ask('10.20.0.31')).rejects.toEqual(refusal('not-found'));
    await world.door.revokeHost({ host: 'joined-1' });
    await expect(ask('10.20.0.31'), 'after its revocation').rejects.toEqual(refusal('not-found'));
    for (const agent of [compute, network]) await agent.client.close();
  } finally {
    await client.close();
    await world.close();
  }
});
