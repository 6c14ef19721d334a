import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
});
