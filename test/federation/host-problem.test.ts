import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryFolder } from '../support/memory-folder.ts';
import { startTestRegion, type TestRegion } from '../support/test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

const run = promisify(execFile);
const PROBLEM = 'The device /dev/net/tun cannot be opened';

describe('hosts whose network agent cannot work', () => {
  const folder = mkdtempSync(join(tmpdir(), 'volvox-problem-'));
  const problemFile = join(folder, 'problem');
  let region: TestRegion;
  beforeAll(async () => {
    process.env.VOLVOX_NETWORK_FAKE_PROBLEM_FILE = problemFile;
    process.env.VOLVOX_NETWORK_RECHECK_MS = '300';
    process.env.VOLVOX_CONDUCTOR_AUDIT_EVERY_MS = '1000';
    // From the start on: the agent says so when it announces itself.
    writeFileSync(problemFile, PROBLEM);
    region = await startTestRegion({ parent: memoryFolder(), cells: 1, simulatedHosts: 2 });
  }, 180_000);
  afterAll(async () => {
    for (const name of ['NETWORK_FAKE_PROBLEM_FILE', 'NETWORK_RECHECK_MS', 'CONDUCTOR_AUDIT_EVERY_MS'])
      delete process.env[`VOLVOX_${name}`];
    await region?.remove();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  /** What `volvox …` says, whatever its exit status. */
  const volvox = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, OS_CLIENT_CONFIG_FILE: region.region.home.cloudsYaml };
    return run('node', ['deploy/volvox.mjs', '--os-cloud', 'volvox-admin', ...args], { env }).then(
      ({ stdout }) => stdout,
      ({ stdout }: { stdout: string }) => stdout,
    );
  };

  it('get no servers, and everybody who asks is told why', async () => {
    const id = await region.createServer('nowhere');
    const server = await waitUntil('the server to fail', async () => {
      const shown = await region.server(id);
      return shown.status === 'ERROR' ? shown : null;
    });
    expect(server.fault?.message).toMatch(/No valid host was found.*2: it has a problem: The device/);
    expect(await volvox('host', 'list')).toContain(PROBLEM);
    await waitUntil('the auditor', async () => (await volvox('doctor')).includes(PROBLEM));
  }, 60_000);

  it('get servers again as soon as the problem is gone', async () => {
    rmSync(problemFile);
    await waitUntil('the hosts to be well', async () => {
      const { hosts } = await region.admin.call('federation', 'GET /v1/hosts');
      return hosts.every(({ problem }) => problem === null);
    });
    await region.untilActive(await region.createServer('somewhere'));
    await waitUntil('the auditor', async () => !(await volvox('doctor')).includes(PROBLEM));
  }, 60_000);
});
