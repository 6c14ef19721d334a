import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { hashOfSecret, newSecret } from '#platform/rpc/agent-credential.ts';
import { systemClock } from '#platform/time/clock.ts';
import { PLAIN_ON_LOOPBACK } from '#platform/tls/transport.ts';
import { type Conductor, createConductor } from '../../../../cell/agent/conductor.ts';
import { Credential, keyFile } from '../../../../cell/agent/credential.ts';
import { joinCell } from '../../../../cell/agent/join-cell.ts';
import { KeyRenewal, renewedKeyFile } from '../../../../cell/agent/key-renewal.ts';
import { Membership } from '../../../../cell/agent/membership.ts';
import { moveSecret, readSecret, secretToOffer } from '../../../../cell/agent/secret-file.ts';
import { AgentKeys } from '../../../../cell/conductor/agents/agent-keys.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aJoinToken, joinWith } from './support/an-enrolled-agent.ts';
import { CellWorld } from './support/cell-world.ts';

const refusal = (kind: string) => expect.objectContaining({ kind });

describe('an agent that renews its key', () => {
  let world: CellWorld;
  let stateDir: string;
  let agentId: string;
  const opened: Conductor[] = [];
  beforeAll(async () => {
    world = await CellWorld.create({ hosts: 0 });
  });
  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'volvox-renewal-'));
    const conductorUrls = [world.conductor.http.address()];
    const token = await aJoinToken(world, ['renewed-1']);
    const joined = await joinCell({
      kind: 'network',
      stateDir,
      conductorUrls,
      token,
      transport: PLAIN_ON_LOOPBACK,
      addresses: [],
    });
    agentId = joined.agentId;
  });
  afterEach(() => rm(stateDir, { recursive: true }));
  afterAll(async () => {
    for (const conductor of opened) await conductor.close();
    await world.close();
  });

  /** The agent as a new process would start it: it knows what is on the disk. */
  const started = async (afterMs = 1) => {
    const credential = await Credential.load({ stateDir, agentId, sharedKey: '' });
    const conductor = createConductor([world.conductor.http.address()], () => credential.reveal());
    opened.push(conductor);
    const renewal = new KeyRenewal({ stateDir, agentId, credential, afterMs, log: silentLogger });
    const beat = () => conductor.ask((client) => client.heartbeat({ agentId }));
    return { credential, conductor, renewal, beat };
  };
  const keysOnRecord = async () => {
    const { read } = world.test.database;
    const rows = await read.selectFrom('agent_keys').select('key_hash').where('agent_id', '=', agentId).execute();
    return rows.map(({ key_hash }) => key_hash);
  };

  it('loses no call, under load', async () => {
    const { credential, conductor, renewal } = await started(100);
    const used = new Set<string | null>();
    let isOver = false;
    let calls = 0;
    const load = Array.from({ length: 16 }, async () => {
      while (!isOver) {
        used.add(credential.secret);
        await conductor.ask((client) => client.desiredBindings({ agentId, ids: null, unsettledOnly: true }));
        calls += 1;
      }
    });
    const renewed = waitUntil('ten keys', async () => {
      const before = calls;
      await renewal.renewIfDue(conductor);
      await waitUntil('calls with this key', () => calls > before + 100);
      return used.size >= 10;
    });
    try {
      await Promise.race([renewed, ...load.map((one) => one.then(() => Promise.reject(new Error('the load ended'))))]);
    } finally {
      isOver = true;
    }
    await Promise.all(load);
    expect(calls).toBeGreaterThan(1_000);
  });

  it('renews it after a heartbeat, by itself', async () => {
    const { credential, conductor, renewal } = await started();
    const before = credential.secret;
    const membership = new Membership({
      ...{ conductor, agentId, joined: () => undefined, log: silentLogger },
      announcement: async () => ({
        ...{ agentId, kind: 'network' as const, url: '', startedAt: new Date().toISOString(), release: 'test' },
        hosts: [{ name: 'renewed-1' }],
      }),
      enrolment: { credential, join: null, renewal },
    });
    membership.start();
    const keys = new Set([before]);
    await waitUntil('three keys', () => keys.add(credential.secret).size >= 3);
    expect(membership.known).toBe(true);
    await membership.stop();
  });

  it('is known after a crash at each step', async () => {
    const isKnown = async () => {
      const { beat, credential } = await started();
      await beat();
      return credential.secret;
    };
    const before = await isKnown();
    // The new secret is on the disk, and the conductor has not heard of it.
    const secret = await secretToOffer(renewedKeyFile(stateDir));
    expect(await isKnown()).toBe(before);
    // The conductor has taken it, and the answer was lost.
    const { conductor } = await started();
    await conductor.ask((client) => client.renewKey({ agentId, keyHash: hashOfSecret(secret) }));
    expect(await isKnown()).toBe(before);
    // The next process goes on with the same secret.
    const next = await started();
    await next.renewal.renewIfDue(next.conductor);
    expect(next.credential.secret).toBe(secret);
    expect(await readSecret(keyFile(stateDir))).toBe(secret);
    expect((await keysOnRecord()).sort()).toEqual([before ?? '', secret].map(hashOfSecret).sort());
    expect(await isKnown()).toBe(secret);
  });

  it('is known after a crash between its new place and its first use', async () => {
    const { conductor } = await started();
    const secret = await secretToOffer(renewedKeyFile(stateDir));
    await conductor.ask((client) => client.renewKey({ agentId, keyHash: hashOfSecret(secret) }));
    await moveSecret(renewedKeyFile(stateDir), keyFile(stateDir));
    const { beat, credential } = await started();
    await beat();
    expect(credential.secret).toBe(secret);
  });

  it('is known at once to another conductor of the cell, which remembers the key before', async () => {
    const other = new AgentKeys(world.test.database, systemClock);
    const before = await started();
    const shows = (secret: string | null) => other.accepts({ agentId, secret: secret ?? '' });
    expect(await shows(before.credential.secret)).not.toBeNull();
    for (let round = 0; round < 5; round++) {
      const last = before.credential.secret;
      await before.renewal.renewIfDue(before.conductor);
      expect(before.credential.secret).not.toBe(last);
      expect(await shows(before.credential.secret)).not.toBeNull();
      expect(await shows(last), 'calls on their way').not.toBeNull();
      expect(await shows(newSecret())).toBeNull();
      await before.beat();
    }
  });

  it('gets no more than one key that it has not used', async () => {
    const { conductor } = await started();
    const ask = (keyHash: string) => conductor.ask((client) => client.renewKey({ agentId, keyHash }));
    await ask(hashOfSecret('one'));
    await ask(hashOfSecret('one'));
    await expect(ask(hashOfSecret('two'))).rejects.toEqual(refusal('conflict'));
    expect(await keysOnRecord()).toHaveLength(2);
  });

  it('does not lose the key of a join that is in progress', async () => {
    const joined = newSecret();
    const token = await aJoinToken(world, ['renewed-1', 'renewed-2']);
    await joinWith(world, token, { agentId, kind: 'network', keyHash: hashOfSecret(joined) });
    const { conductor, renewal } = await started();
    await renewal.renewIfDue(conductor);
    expect(await keysOnRecord()).toContain(hashOfSecret(joined));
    expect(await keysOnRecord()).toHaveLength(2);
  });
});
