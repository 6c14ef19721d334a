import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { login } from '../../../deploy/client/api-client.ts';
import { homeAt } from '../../../deploy/local/home.ts';
import { commandLine } from '../../../deploy/local/process-identity.ts';
import { readState } from '../../../deploy/local/region-state.ts';
import { readSettings } from '../../../deploy/local/settings.ts';

const run = promisify(execFile);
const MOUNTED = 'mount --bind "$0" /etc/hosts && exec "$@"';
const BOOTSTRAP = resolve(import.meta.dirname, '../../../deploy/bootstrap/bootstrap.mjs');
/** Nobody listens there: whatever asks through it fails. */
const PROXY = { NODE_USE_ENV_PROXY: '1', http_proxy: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' };

const root = mkdtempSync(join(tmpdir(), 'volvox odd ü '));
const homes = ['a region', 'ein zweiter ßé'].map((name) => join(root, name));
const hostsFile = join(root, 'hosts');
/** In a mount namespace whose hosts file does not know `localhost`. */
const npmStart = (...args: string[]) =>
  run('unshare', ['-m', 'sh', '-c', MOUNTED, hostsFile, process.execPath, BOOTSTRAP, 'start', '--', ...args], {
    env: { ...process.env, ...PROXY, VOLVOX_LOG_LEVEL: 'warn' },
    timeout: 150_000,
  });

afterEach(async () => {
  for (const home of homes) await npmStart('stop', '--home', home);
  rmSync(root, { recursive: true, force: true });
}, 120_000);

test('two regions share a machine, in folders with spaces and other letters, where a proxy is set and no host is localhost', async () => {
  writeFileSync(hostsFile, `127.0.1.1 ${hostname()}\n`);
  for (const home of homes) {
    await npmStart('--simulate', '1', '--cells', '1', '--port-base', '0', '--home', home, '--detach');
  }
  const tmpdirs = homes.flatMap((home) => {
    const state = readState(homeAt(home));
    expect(state?.phase).toBe('running');
    return (state?.processes ?? [])
      .filter(({ name }) => name.endsWith('-mariadb'))
      .map(({ pid }) => /--tmpdir=(.*?) --/.exec(`${commandLine(pid)} --`)?.[1]);
  });
  expect(new Set(tmpdirs).size).toBe(4);
  for (const home of homes) {
    const settings = readSettings(homeAt(home));
    const authUrl = readState(homeAt(home))?.urls.identity ?? '';
    const admin = await login({
      ...{ authUrl, username: 'admin', password: settings?.adminPassword ?? '' },
      ...{ projectName: 'admin', domainId: 'default' },
    });
    expect((await admin.call('federation', 'GET /v1/hosts')).hosts).toMatchObject([{ up: true, problem: null }]);
  }
  expect(readFileSync(homeAt(homes[0] ?? '').openrc('demo'), 'utf8')).toContain('OS_AUTH_URL');
}, 300_000);
