import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allEnded } from '#platform/lifecycle/all-ended.ts';
import { ManagedProcess, type ProcessSpec } from '../../../deploy/local/managed-process.ts';
import { lives, processesWithEnvironment } from '../../../deploy/local/process-identity.ts';
import { waitUntil } from '../../support/wait-until.ts';

describe('ManagedProcess', () => {
  let folder: string;
  const said: string[] = [];
  const running: ManagedProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'managed-'));
    said.length = 0;
  });
  afterEach(async () => {
    await allEnded(running.splice(0).map((one) => one.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  const managed = (script: string, more: Partial<ProcessSpec> = {}): ManagedProcess => {
    const spec: ProcessSpec = {
      name: 'one',
      command: '/bin/sh',
      args: ['-c', script],
      env: { PATH: process.env.PATH ?? '' },
      cwd: folder,
      log: join(folder, 'one.log'),
      graceMs: 5_000,
      ready: async () => true,
      ...more,
    };
    const one = new ManagedProcess(spec, (line) => void (line !== null && said.push(line)));
    running.push(one);
    return one;
  };

  it('is started again when it is killed, and says so; not when it is stopped', async () => {
    const one = managed('exec sleep 600');
    one.start();
    const first = await waitUntil('a first process', () => one.identity);
    process.kill(first.pid, 'SIGKILL');
    const second = await waitUntil('a second process', () => (one.identity?.pid !== first.pid ? one.identity : null));
    expect(said).toEqual([expect.stringContaining('one ended (by SIGKILL); restarting in 0.25 s')]);
    await one.stop();
    expect(lives(second)).toBe(false);
    expect(said).toHaveLength(1);
  });

  it('is one process after it was restarted', async () => {
    const one = managed('exec sleep 600', { env: { PATH: process.env.PATH ?? '', MANAGED_TEST: folder } });
    one.start();
    for (let round = 0; round < 10; round++) await one.restart();
    expect(processesWithEnvironment('MANAGED_TEST', folder)).toEqual([one.identity]);
    expect(one.restarts).toBe(0);
    await one.stop();
    expect(processesWithEnvironment('MANAGED_TEST', folder)).toEqual([]);
  });

  it('is found by its environment while it turns into another program', async () => {
    // The shell becomes another shell again and again: in between, Linux shows no environment.
    const again = 'exec /bin/sh -c "$0" "$0"';
    const one = managed(again, { args: ['-c', again, again], env: { MANAGED_TEST: folder } });
    one.start();
    const looks = Array.from({ length: 300 }, () => processesWithEnvironment('MANAGED_TEST', folder).length);
    expect(new Set(looks)).toEqual(new Set([1]));
  });

  it('kills what does not end in its time', async () => {
    const one = managed("trap '' TERM; echo ready; while :; do sleep 0.05; done", { graceMs: 200 });
    one.start();
    await waitUntil('its trap', () => one.lastLines(1) === 'ready');
    const identity = one.identity;
    await one.stop();
    expect(identity !== null && lives(identity)).toBe(false);
  });

  it('gives up waiting for one that keeps ending, with the end of its log', async () => {
    const one = managed('echo no such luck; exit 3', { ready: async () => false });
    one.start();
    await expect(one.untilReady(30_000)).rejects.toThrow(/keeps ending(.|\n)*no such luck/);
  });
});
