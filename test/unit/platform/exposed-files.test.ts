import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { exposedFiles, exposureAdvice } from '#platform/config/exposed-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'volvox-modes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const aFile = (name: string, mode: number, content = ''): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
};

it('names the configuration file and the key files in it that others may read or write', () => {
  const tls = aFile('tls.pem', 0o640);
  const own = aFile('own.pem', 0o600);
  const certificate = aFile('certificate.pem', 0o644);
  const fromEnvironment = aFile('from-environment.pem', 0o602);
  const content = `tls: {keyFile: ${tls}, certFile: ${certificate}}\nother: {signingKeyFile: ${own}}\n`;
  const file = aFile('volvox.yaml', 0o644, content);
  const found = exposedFiles({ file, environment: { VOLVOX_TLS_KEY_FILE: fromEnvironment, VOLVOX_LOG_LEVEL: 'info' } });
  expect(found).toEqual([
    { path: file, mode: '0644' },
    { path: tls, mode: '0640' },
    { path: fromEnvironment, mode: '0602' },
  ]);
  expect(found.map(exposureAdvice)[0]).toBe(`chmod 600 ${file}`);
});

it('says nothing of files that only their owner reads, that are missing, or that cannot be understood', () => {
  const file = aFile('private.yaml', 0o600, 'tls: [');
  expect(exposedFiles({ file, environment: {} })).toEqual([]);
  expect(exposedFiles({ file: join(folder, 'missing.yaml'), environment: { VOLVOX_TLS_KEY_FILE: '' } })).toEqual([]);
});

it('names a folder in which everybody may replace such a file, and not one like /tmp', () => {
  const open = mkdtempSync(join(folder, 'open-'));
  const file = join(open, 'volvox.yaml');
  const key = join(open, 'key.pem');
  for (const path of [file, key]) writeFileSync(path, `tls: {keyFile: ${key}}`, { mode: 0o600 });
  chmodSync(open, 0o777);
  const found = exposedFiles({ file, environment: {} });
  expect(found).toEqual([{ path: open, mode: '0777', isFolder: true }]);
  expect(found.map(exposureAdvice)).toEqual([`chmod go-w ${open}`]);
  chmodSync(open, 0o1777);
  expect(exposedFiles({ file, environment: {} })).toEqual([]);
});
