import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { exposedLocalFiles } from '../../../deploy/cli/local-secrets.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'volvox-home-'));
  for (const folder of ['config', 'authority']) mkdirSync(join(home, folder));
  vi.stubEnv('OS_CLIENT_CONFIG_FILE', join(home, 'clouds.yaml'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

const aFile = (name: string, mode: number, content = '') => writeFileSync(join(home, name), content, { mode });
const found = () => exposedLocalFiles({ environment: {} }).map(({ path }) => path.slice(home.length + 1));

it('names what a local region keeps that others may read, with the keys that its configuration names', () => {
  aFile('clouds.yaml', 0o604);
  aFile('settings.json', 0o640);
  aFile('key.pem', 0o644);
  aFile('authority/ca-key.pem', 0o604);
  aFile('config/api.yaml', 0o600, `tls: {keyFile: ${join(home, 'key.pem')}}`);
  aFile('config/scheduler.yaml', 0o644);
  expect(found().sort()).toEqual([
    'authority/ca-key.pem',
    'clouds.yaml',
    'config/scheduler.yaml',
    'key.pem',
    'settings.json',
  ]);
});

it('looks at nothing but the clouds.yaml in a folder that is no region', () => {
  aFile('clouds.yaml', 0o600);
  aFile('config/api.yaml', 0o644);
  expect(found()).toEqual([]);
});

it.skipIf(process.getuid?.() !== 0)(
  'says nothing of folders that are closed to who asks, as those of a region of root',
  () => {
    chmodSync(home, 0o755);
    aFile('clouds.yaml', 0o604);
    aFile('settings.json', 0o600);
    aFile('config/api.yaml', 0o600);
    aFile('authority/ca-key.pem', 0o600);
    for (const folder of ['config', 'authority']) chmodSync(join(home, folder), 0o700);
    process.seteuid?.(65_534);
    try {
      expect(found()).toEqual(['clouds.yaml']);
    } finally {
      process.seteuid?.(0);
    }
  },
);
