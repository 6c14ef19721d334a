import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentContract } from '#platform/contracts/agent.ts';
import { credentialText, hashOfSecret, newSecret } from '#platform/rpc/agent-credential.ts';
import { isCallToken } from '#platform/rpc/call-token.ts';
import { createClient } from '#platform/rpc/client.ts';
import { checkDiskTicket } from '#platform/rpc/disk-ticket.ts';
import { sharedVerifier, verifierOf } from '#platform/rpc/signing.ts';
import { SigningKeys } from '../../../../cell/conductor/agents/signing-keys.ts';
import { AGENT_KEY } from '../../../support/test-keys.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aJoinToken, EnrolledAgent, joinWith } from './support/an-enrolled-agent.ts';
import { CellWorld } from './support/cell-world.ts';

const refusal = (kind: string) => expect.objectContaining({ kind });

describe('keys of agents', () => {
  let world: CellWorld;
  beforeAll(async () => {
    world = await CellWorld.create({ hosts: 1 });
  });
  afterAll(() => world.close());

  const shared = (agentId: string, hosts: readonly string[]) =>
    world.agents.clientWith(AGENT_KEY).announce({
      ...{ agentId, kind: 'network', url: '', startedAt: new Date().toISOString(), release: 'test' },
      hosts: hosts.map((name) => ({ name })),
    });

  it('gives one key of each kind for a token, also when the answer was lost', async () => {
    const token = await aJoinToken(world, ['twice-1']);
    const agent = { agentId: randomUUID(), kind: 'network' as const, keyHash: hashOfSecret(newSecret()) };
    await joinWith(world, token, agent);
    await joinWith(world, token, agent);
    await expect(joinWith(world, token, { ...agent, keyHash: hashOfSecret('another') })).rejects.toEqual(
      refusal('unauthenticated'),
    );
    await expect(joinWith(world, token, { ...agent, agentId: randomUUID() })).rejects.toEqual(
      refusal('unauthenticated'),
    );
    await joinWith(world, token, { ...agent, agentId: randomUUID(), kind: 'compute' });
  });

  it('refuses a token that is wrong, or too old, and a token for any other call', async () => {
    const old = await aJoinToken(world, ['late-1'], -1);
    const agent = { agentId: randomUUID(), kind: 'network' as const, keyHash: hashOfSecret('s') };
    await expect(joinWith(world, old, agent)).rejects.toEqual(refusal('unauthenticated'));
    await expect(joinWith(world, newSecret(), agent)).rejects.toEqual(refusal('unauthenticated'));
    const open = world.agents.clientWith(await aJoinToken(world, ['late-2']));
    await expect(open.heartbeat({ agentId: agent.agentId })).rejects.toEqual(refusal('unauthenticated'));
  });

  it('keeps the old key until the new one was used', async () => {
    const agent = await EnrolledAgent.join(world, 'network', await aJoinToken(world, ['turn-1']));
    await agent.announce(['turn-1']);
    const before = agent.credential;
    const secret = newSecret();
    const keyHash = hashOfSecret(secret);
    await joinWith(world, await aJoinToken(world, ['turn-1']), { agentId: agent.agentId, kind: 'network', keyHash });
    const beat = () => agent.client.heartbeat({ agentId: agent.agentId });
    expect(await beat()).toMatchObject({ known: true });
    agent.credential = credentialText({ agentId: agent.agentId, secret });
    await waitUntil('the new key to be known', () =>
      beat().then(
        ({ known }) => known,
        () => false,
      ),
    );
    agent.credential = before;
    const ended = await waitUntil('the old key to end', () =>
      beat().then(
        () => null,
        (error: unknown) => error,
      ),
    );
    expect(ended).toEqual(refusal('unauthenticated'));
  });

  it('refuses no call while a key and the signing key change under load', async () => {
    const agent = await EnrolledAgent.join(world, 'network', await aJoinToken(world, ['busy-1']));
    await agent.announce(['busy-1']);
    const { agentId } = agent;
    let isOver = false;
    let calls = 0;
    const load = Array.from({ length: 16 }, async () => {
      while (!isOver) {
        await agent.client.desiredBindings({ agentId, ids: null, unsettledOnly: true });
        calls += 1;
      }
    });
    const rotated = async (): Promise<void> => {
      for (let round = 0; round < 5; round++) {
        const before = calls;
        const secret = newSecret();
        const keyHash = hashOfSecret(secret);
        await joinWith(world, await aJoinToken(world, ['busy-1']), { agentId, kind: 'network', keyHash });
        agent.credential = credentialText({ agentId, secret });
        await world.door.rotateSigningKey({});
        await waitUntil('calls with the new key', () => calls > before + 200);
      }
    };
    try {
      await Promise.race([
        rotated(),
        ...load.map((one) => one.then(() => Promise.reject(new Error('the load ended')))),
      ]);
    } finally {
      isOver = true;
    }
    await Promise.all(load);
    expect(calls).toBeGreaterThan(1_000);
  });

  it('ends the keys of a host within a second of its revocation, and its hosts are down at once', async () => {
    const token = await aJoinToken(world, ['gone-1']);
    const [compute, network] = [
      await EnrolledAgent.join(world, 'compute', token),
      await EnrolledAgent.join(world, 'network', token),
    ];
    await compute.announce(['gone-1']);
    await network.announce(['gone-1']);
    const isUp = async () => (await world.door.listHosts({})).hosts.find(({ name }) => name === 'gone-1')?.up;
    expect(await isUp()).toBe(true);
    const open = await aJoinToken(world, ['gone-1']);
    expect(await world.door.revokeHost({ host: 'gone-1' })).toEqual({ revoked: 4 });
    const revokedAt = Date.now();
    expect(await isUp()).toBe(false);
    for (const agent of [compute, network]) {
      const refused = await waitUntil('the key to end', () =>
        agent.client.heartbeat({ agentId: agent.agentId }).then(
          () => null,
          (error: unknown) => error,
        ),
      );
      expect(refused).toEqual(refusal('unauthenticated'));
    }
    expect(Date.now() - revokedAt).toBeLessThan(1_000);
    const agent = { agentId: randomUUID(), kind: 'network' as const, keyHash: hashOfSecret('s') };
    await expect(joinWith(world, open, agent), 'an open token of the host').rejects.toEqual(refusal('unauthenticated'));
    expect(await world.door.revokeHost({ host: 'gone-1' })).toEqual({ revoked: 0 });
  });

  it('lets the shared key speak for agents without a key of their own only', async () => {
    const agent = await EnrolledAgent.join(world, 'network', await aJoinToken(world, ['mine-1']));
    await agent.announce(['mine-1']);
    await shared(randomUUID(), ['shared-1']);
    await expect(shared(agent.agentId, ['mine-1'])).rejects.toEqual(refusal('forbidden'));
    await expect(shared(randomUUID(), ['mine-1'])).rejects.toEqual(refusal('forbidden'));
  });

  it('ends the key of an agent whose host was set up anew', async () => {
    const before = await EnrolledAgent.join(world, 'network', await aJoinToken(world, ['anew-1']));
    await before.announce(['anew-1']);
    const after = await EnrolledAgent.join(world, 'network', await aJoinToken(world, ['anew-1']));
    await after.announce(['anew-1']);
    const ended = await waitUntil('the key to end', () =>
      before.client.heartbeat({ agentId: before.agentId }).then(
        () => null,
        (error: unknown) => error,
      ),
    );
    expect(ended).toEqual(refusal('unauthenticated'));
  });

  it('signs with a new key a minute after it was made, and both are valid', async () => {
    let now = Date.now();
    const { parts } = world.conductor;
    const clock = { ...parts.clock, now: () => now };
    const signing = new SigningKeys({ database: parts.database, agents: parts.agentKeys, sharedKey: '', clock });
    const guest = { id: randomUUID(), generation: 3 };
    const isSignedBy = async (publicKey: string | undefined) => {
      const ticket = await signing.diskTicket(guest, null);
      return checkDiskTicket(verifierOf([publicKey ?? '']), ticket, guest.id, now) === 3;
    };
    const [first] = await signing.publicKeys();
    now += 120_000;
    await signing.rotate();
    const [second, ...rest] = await signing.publicKeys();
    expect(rest).toEqual([first]);
    expect(await isSignedBy(first), 'agents may not know the new key yet').toBe(true);
    now += 61_000;
    expect(await isSignedBy(second)).toBe(true);
    const token = await signing.callCredential(guest.id);
    expect(isCallToken(verifierOf([second ?? '']), token, guest.id, now)).toBe(true);
    expect(isCallToken(verifierOf([second ?? '']), token, randomUUID(), now), 'for another agent').toBe(false);
    expect(isCallToken(verifierOf([second ?? '']), token, guest.id, now + 3_600_000), 'later').toBe(false);
    for (let change = 0; change < 3; change++) {
      now += 5_000;
      await signing.rotate();
      expect(await isSignedBy(second), 'changed again within a minute').toBe(true);
      expect(await signing.publicKeys()).toHaveLength(2);
    }
    const [newest] = await signing.publicKeys();
    now += 61_000;
    expect(await isSignedBy(newest)).toBe(true);
  });

  it('gives an agent without a key of its own tickets that its release can check', async () => {
    const { parts } = world.conductor;
    const guest = { id: randomUUID(), generation: 1 };
    const ticket = await parts.diskTicket(guest, world.agents.computeId);
    expect(checkDiskTicket(sharedVerifier(AGENT_KEY), ticket, guest.id, Date.now())).toBe(1);
  });

  it('serves agents of version 2', async () => {
    const { join: _join, renewKey: _renewKey, ...calls } = agentContract.calls;
    const older = { ...agentContract, version: 2, calls } as unknown as typeof agentContract;
    const client = createClient(older, { url: world.conductor.http.address(), key: AGENT_KEY });
    try {
      expect(await client.heartbeat({ agentId: world.agents.networkId })).toEqual({ known: true });
    } finally {
      await client.close();
    }
  });
});

describe('a cell without a shared key', () => {
  let world: CellWorld;
  beforeAll(async () => {
    world = await CellWorld.create({ hosts: 0, agentKey: '' });
  });
  afterAll(() => world.close());

  it('lets nobody in who has not joined', async () => {
    for (const key of [AGENT_KEY, '', 'Bearer', credentialText({ agentId: randomUUID(), secret: newSecret() })]) {
      const client = world.agents.clientWith(key);
      await expect(client.heartbeat({ agentId: randomUUID() }), key).rejects.toEqual(refusal('unauthenticated'));
    }
  });

  it('lets an agent in that has joined', async () => {
    const agent = await EnrolledAgent.join(world, 'network', await aJoinToken(world, ['alone-*']));
    await agent.announce(['alone-1', 'alone-2']);
    await expect(agent.announce(['alon-1'])).rejects.toEqual(refusal('forbidden'));
  });
});
