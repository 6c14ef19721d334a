import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { homeAt } from '../../../deploy/local/home.ts';

const run = promisify(execFile);
const BOOTSTRAP = resolve(import.meta.dirname, '../../../deploy/bootstrap/bootstrap.mjs');
/** An empty folder hides the device, in a mount namespace of its own. */
const WITHOUT_TUN = 'mount -t tmpfs none /dev/net && exec "$@"';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: guests and mount namespaces need root');
const root = mkdtempSync(join(tmpdir(), 'volvox-lacks-'));
const home = join(root, 'region');
const npmStart = (...args: string[]) =>
  run('unshare', ['-m', 'sh', '-c', WITHOUT_TUN, 'sh', process.execPath, BOOTSTRAP, 'start', '--', ...args], {
    timeout: 150_000,
  }).then(
    () => ({ code: 0, said: '' }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, said: stdout + stderr }),
  );

afterEach(async () => {
  if (existsSync(homeAt(home).state)) await npmStart('stop', '--home', home);
  rmSync(root, { recursive: true, force: true });
}, 120_000);

test.skipIf(!isRoot)(
  'npm start without the tun device says what is missing, and starts nothing (B3)',
  async () => {
    const { code, said } = await npmStart('--cells', '1', '--port-base', '0', '--home', home, '--detach');
    expect(code).toBe(1);
    expect(said).toMatch(/\/dev\/net\/tun cannot be opened[\s\S]*modprobe tun[\s\S]*Nothing was started/);
    expect(existsSync(homeAt(home).state)).toBe(false);
  },
  180_000,
);
