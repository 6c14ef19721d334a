import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const BOOTSTRAP = join(import.meta.dirname, '../../../deploy/bootstrap');
const root = mkdtempSync(join(tmpdir(), 'volvox bootstrap ü '));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the bootstrap', () => {
  it('knows its repository in a folder with spaces, also under a Node that does not tell the folder of a module', async () => {
    const folder = join(root, 'deploy/bootstrap');
    mkdirSync(folder, { recursive: true });
    for (const name of ['node-modules.mjs', 'run.mjs']) {
      // Node 18 has no `import.meta.dirname`.
      const source = readFileSync(join(BOOTSTRAP, name), 'utf8').replaceAll('import.meta.dirname', 'undefined');
      writeFileSync(join(folder, name), source);
    }
    const { REPOSITORY } = await import(pathToFileURL(join(folder, 'node-modules.mjs')).href);
    expect(REPOSITORY).toBe(root);
  });

  it('takes loopback out of what proxies are asked for, and nothing else', async () => {
    const { withoutProxyForLoopback } = await import(pathToFileURL(join(BOOTSTRAP, 'loopback.mjs')).href);
    expect(withoutProxyForLoopback({ http_proxy: 'http://proxy:3128', no_proxy: 'example.org, .lan' })).toEqual({
      http_proxy: 'http://proxy:3128',
      no_proxy: 'example.org,.lan,127.0.0.1,localhost,::1',
      NO_PROXY: 'example.org,.lan,127.0.0.1,localhost,::1',
    });
    expect(withoutProxyForLoopback({}).NO_PROXY).toBe('127.0.0.1,localhost,::1');
  });

  it('looks for programs in absolute folders only, and in those of the system', async () => {
    const { searchPath } = await import(pathToFileURL(join(BOOTSTRAP, 'search-path.mjs')).href);
    const system = '/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin';
    expect(searchPath(undefined)).toBe(system);
    expect(searchPath('')).toBe(system);
    expect(searchPath(':.:bin:/opt/x:')).toBe(`/opt/x:${system}`);
  });

  it('gives the services back that it forbade to start: after a failure, a signal, and a bootstrap that was killed', async () => {
    const { serviceBan } = await import(pathToFileURL(join(BOOTSTRAP, 'service-ban.mjs')).href);
    const policy = join(root, 'policy-rc.d');
    const ban = serviceBan(async (command: string, args: string[]) => void execFileSync(command, args), policy);
    const whileIn = async (work: () => unknown) =>
      await ban.during(async () => {
        expect(spawnSync(policy).status).toBe(101);
        await work();
      });
    await whileIn(() => undefined);
    expect(existsSync(policy)).toBe(false);

    writeFileSync(policy, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    await expect(whileIn(() => Promise.reject(new Error('apt')))).rejects.toThrow('apt');
    await expect(whileIn(() => process.kill(process.pid, 'SIGTERM') && once(process, 'SIGTERM'))).rejects.toThrow(
      'SIGTERM',
    );
    expect(spawnSync(policy).status).toBe(0);

    const killed = `import { serviceBan } from '${pathToFileURL(join(BOOTSTRAP, 'service-ban.mjs')).href}';
import { execFileSync } from 'node:child_process';
const ban = serviceBan(async (command, args) => void execFileSync(command, args), process.argv[1]);
await ban.during(() => process.kill(process.pid, 'SIGKILL'));`;
    spawnSync(process.execPath, ['--input-type=module', '-e', killed, policy]);
    expect(spawnSync(policy).status).toBe(101);
    expect(ban.isLeft()).toBe(true);
    await ban.lift();
    expect(spawnSync(policy).status).toBe(0);
    expect(ban.isLeft()).toBe(false);
  });
});
