import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { hashOfSecret, newSecret } from '#platform/rpc/agent-credential.ts';
import { type ConductorClient, conductorOf } from '../../../../cell/agent/conductor.ts';
import { Credential } from '../../../../cell/agent/credential.ts';
import { KeyRenewal, renewedKeyFile } from '../../../../cell/agent/key-renewal.ts';

const DAY = 86_400_000;

describe('the renewal of an agent key', () => {
  let stateDir: string;
  let credential: Credential;
  let asked: string[];
  let answer: () => Promise<void>;
  let now: number;
  const first = newSecret();
  const agentId = '00000000-0000-4000-8000-000000000001';
  const conductor = conductorOf([
    {
      renewKey: async ({ keyHash }: { keyHash: string }) => {
        asked.push(keyHash);
        await answer();
        return {};
      },
    } as unknown as ConductorClient,
  ]);
  const keyOnDisk = async () => (await readFile(join(stateDir, 'agent-key'), 'utf8')).trim();
  const offered = () => readFile(renewedKeyFile(stateDir), 'utf8').then((text) => text.trim());
  const renewal = (afterMs = 30 * DAY) =>
    new KeyRenewal({
      ...{ stateDir, agentId, credential, afterMs, log: silentLogger },
      clock: { now: () => now, sleep: async () => undefined },
    });
  const aged = async (days: number) => {
    const at = new Date(now - days * DAY);
    await utimes(join(stateDir, 'agent-key'), at, at);
  };

  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'volvox-renewal-'));
    await writeFile(join(stateDir, 'agent-key'), `${first}\n`, { mode: 0o600 });
    credential = await Credential.load({ stateDir, agentId, sharedKey: '' });
    asked = [];
    answer = async () => undefined;
    now = Date.now();
  });
  afterEach(() => rm(stateDir, { recursive: true }));

  it('begins when the key is old, and not before', async () => {
    await aged(29);
    await renewal().renewIfDue(conductor);
    expect(asked).toEqual([]);
    await aged(31);
    await renewal(0).renewIfDue(conductor);
    expect(asked, 'switched off').toEqual([]);
    await renewal().renewIfDue(conductor);
    expect(asked).toHaveLength(1);
    expect(hashOfSecret(await keyOnDisk())).toBe(asked[0]);
    expect(credential.secret).toBe(await keyOnDisk());
    expect((await stat(join(stateDir, 'agent-key'))).mode & 0o777).toBe(0o600);
    await renewal().renewIfDue(conductor);
    expect(asked, 'the new key is young').toHaveLength(1);
  });

  it('also begins when the key is from the future', async () => {
    await aged(-100);
    await renewal().renewIfDue(conductor);
    expect(asked).toHaveLength(1);
  });

  it('has the new key on the disk before the conductor hears of it, and uses the old one until it answers', async () => {
    await aged(31);
    answer = async () => {
      expect(hashOfSecret(await offered())).toBe(asked[0]);
      expect(await keyOnDisk()).toBe(first);
      expect(credential.secret).toBe(first);
    };
    await renewal().renewIfDue(conductor);
    expect(hashOfSecret(credential.secret ?? '')).toBe(asked[0]);
  });

  it('goes on with the same key after an answer that was lost, or a crash', async () => {
    await aged(31);
    answer = () => Promise.reject(new VolvoxError('deadline-exceeded', 'no answer'));
    const renews = renewal();
    await renews.renewIfDue(conductor);
    expect(await keyOnDisk()).toBe(first);
    answer = async () => undefined;
    await renews.renewIfDue(conductor);
    expect(asked, 'a minute has not passed').toHaveLength(1);
    now += 61_000;
    await renews.renewIfDue(conductor);
    expect(asked).toEqual([asked[0], asked[0]]);
    expect(hashOfSecret(await keyOnDisk())).toBe(asked[0]);
  });

  it('leaves the key of a join in place that came meanwhile', async () => {
    await aged(31);
    const joined = newSecret();
    answer = () => writeFile(join(stateDir, 'agent-key'), `${joined}\n`);
    await renewal().renewIfDue(conductor);
    expect(await keyOnDisk()).toBe(joined);
    await expect(offered()).rejects.toThrow('ENOENT');
  });

  it('keeps its key with a conductor of an older release', async () => {
    await aged(31);
    answer = () => Promise.reject(new VolvoxError('unsupported', 'no such call'));
    await renewal().renewIfDue(conductor);
    expect(credential.secret).toBe(first);
    expect(await keyOnDisk()).toBe(first);
  });

  it('is for agents with a key of their own only', async () => {
    await rm(join(stateDir, 'agent-key'));
    await credential.refresh();
    await renewal(1).renewIfDue(conductor);
    expect(asked).toEqual([]);
  });
});
