import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePort } from '../../../support/free-port.ts';
import { type RunningProcess, startProcess } from '../../../support/process.ts';
import { AGENT_KEY } from '../../../support/test-keys.ts';
import { waitUntil } from '../../../support/wait-until.ts';

/** `cell/compute/main.ts` as a process, with simulated hosts: what it says at its start. It writes its log to standard error here. */
let stateDir: string;
let agent: RunningProcess | undefined;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'volvox-tls-process-'));
});
afterEach(async () => {
  await agent?.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

async function start(environment: Record<string, string>): Promise<RunningProcess> {
  agent = startProcess('/bin/sh', ['-c', 'exec "$0" cell/compute/main.ts 1>&2', process.execPath], {
    ...process.env,
    VOLVOX_CELL_CONDUCTOR_URLS: `http://127.0.0.1:${await freePort()}`,
    VOLVOX_CELL_AGENT_KEY: AGENT_KEY,
    VOLVOX_CELL_REDIS_PORT: String(await freePort()),
    VOLVOX_CELL_REDIS_PASSWORD: 'unused',
    VOLVOX_COMPUTE_DRIVER: 'fake',
    VOLVOX_COMPUTE_STATE_DIR: stateDir,
    ...environment,
  });
  return agent;
}

/** @returns the exit status, with what it logged. */
async function ended({ child, errors }: RunningProcess): Promise<readonly [number | null, string]> {
  if (child.exitCode === null) await once(child, 'exit');
  return [child.exitCode, errors()];
}

it('does not start beyond loopback without TLS', async () => {
  const [status, log] = await ended(await start({ VOLVOX_COMPUTE_LISTEN_HOST: '0.0.0.0' }));
  expect([status, log]).toEqual([1, expect.stringContaining('compute.listenHost: 0.0.0.0 is not a loopback address')]);
  expect(log).toContain('set tls.certFile, tls.keyFile and tls.caFile, or allow it with tls.insecure: true');
});

it('starts there with tls.insecure, and warns', async () => {
  const { errors } = await start({ VOLVOX_COMPUTE_LISTEN_HOST: '0.0.0.0', VOLVOX_TLS_INSECURE: 'true' });
  await waitUntil('the agent to be ready', async () => errors().includes('"msg":"ready"'), 30_000);
  expect(errors()).toMatch(/"level":("warn"|40).*tls\.insecure is set/);
});

it('does not start with half of the files, or with files that cannot be read', async () => {
  const half = await ended(await start({ VOLVOX_TLS_CERT_FILE: '/nowhere/cert.pem' }));
  expect(half).toEqual([1, expect.stringContaining('tls: certFile, keyFile and caFile must be given together')]);
  const files = { VOLVOX_TLS_KEY_FILE: '/nowhere/key.pem', VOLVOX_TLS_CA_FILE: '/nowhere/ca.pem' };
  const away = await ended(await start({ VOLVOX_TLS_CERT_FILE: '/nowhere/cert.pem', ...files }));
  expect(away).toEqual([1, expect.stringContaining('tls.certFile: /nowhere/cert.pem: ENOENT')]);
});
