import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { AGENT_KEY } from '../../support/test-keys.ts';
import { waitUntil } from '../../support/wait-until.ts';

const MAIN = resolve(import.meta.dirname, '../../../cell/network/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'volvox-exposed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, 'volvox.yaml');
/** Nobody listens at its Redis; it starts all the same. */
writeFileSync(
  file,
  [
    `cell: {agentKey: ${AGENT_KEY}}`,
    'cellRedis: {port: 1, password: unused}',
    `network: {driver: fake, stateDir: ${join(folder, 'state')}}`,
  ].join('\n'),
);

/** The warnings of a process until it is ready. */
async function warningsOf(mode: number): Promise<readonly string[]> {
  chmodSync(file, mode);
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, VOLVOX_CONFIG: file },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  try {
    await waitUntil('it to be ready', async () => said.includes('"msg":"ready"'));
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  const lines = said.split('\n').filter((line) => line.startsWith('{"level":"warn"'));
  return lines.filter((line) => line.includes(file));
}

test('a process says when it starts that others may read its file of keys (E10)', async () => {
  expect(await warningsOf(0o644)).toEqual([expect.stringContaining(`chmod 600 ${file}`)]);
  expect(await warningsOf(0o600)).toEqual([]);
});
