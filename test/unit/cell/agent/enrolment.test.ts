import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { newSigningKeyPair, signerOf } from '#platform/rpc/signing.ts';
import { PLAIN_ON_LOOPBACK } from '#platform/tls/transport.ts';
import { ConductorKeys } from '../../../../cell/agent/conductor-keys.ts';
import { keepJoinedSecret, secretToJoinWith } from '../../../../cell/agent/credential.ts';
import { loadEnrolment } from '../../../../cell/agent/enrolment.ts';

describe('the enrolment of an agent', () => {
  let stateDir: string;
  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'volvox-enrolment-'));
  });
  afterEach(() => rm(stateDir, { recursive: true }));

  const load = (agentKey = '', joinToken = '') =>
    loadEnrolment({
      ...{ kind: 'compute', stateDir, transport: PLAIN_ON_LOOPBACK, log: silentLogger },
      cell: {
        conductorUrls: [],
        joinToken: { reveal: () => joinToken },
        renewKeyAfterDays: 30,
        agentKey: { reveal: () => agentKey },
      },
    });

  it('names what is missing when the agent has nothing to show', async () => {
    await expect(load()).rejects.toThrow(/cell\.joinToken: .*volvox host join/);
    expect((await load('', 'a token')).join).not.toBeNull();
  });

  it('shows the shared key only as long as the agent has no key of its own', async () => {
    const { credential, agentId } = await load('shared');
    expect(credential.reveal()).toBe('shared');
    const secret = await secretToJoinWith(stateDir);
    await credential.refresh();
    expect(credential.reveal(), 'a join that was not answered').toBe('shared');
    await keepJoinedSecret(stateDir);
    await credential.refresh();
    expect(credential.reveal()).toBe(`${agentId}.${secret}`);
    expect(credential.isOwn).toBe(true);
  });

  it('repeats a join with the same secret, in a file that only its owner reads', async () => {
    const secret = await secretToJoinWith(stateDir);
    expect(await secretToJoinWith(stateDir)).toBe(secret);
    await keepJoinedSecret(stateDir);
    expect((await stat(join(stateDir, 'agent-key'))).mode & 0o777).toBe(0o600);
    expect((await readFile(join(stateDir, 'agent-key'), 'utf8')).trim()).toBe(secret);
    expect(await secretToJoinWith(stateDir), 'the next join').not.toBe(secret);
  });

  it('remembers the public keys of the conductor over a restart', async () => {
    const pair = newSigningKeyPair();
    const keys = await ConductorKeys.load(stateDir, silentLogger);
    const signature = signerOf(pair.privateKey)('text');
    expect(keys.verify('text', signature)).toBe(false);
    await keys.learn([pair.publicKey]);
    await keys.learn([]);
    const later = await ConductorKeys.load(stateDir, silentLogger);
    expect(later.verify('text', signature)).toBe(true);
    expect(later.verify('other', signature)).toBe(false);
    await writeFile(join(stateDir, 'conductor-keys'), 'not a key\n');
    expect((await ConductorKeys.load(stateDir, silentLogger)).verify('text', signature)).toBe(false);
  });
});
