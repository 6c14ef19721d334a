import { chmodSync, chownSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeTrustedFolder } from '../../../deploy/local/private-file.ts';

const root = mkdtempSync(join(tmpdir(), 'volvox-trusted-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const isRoot = process.getuid?.() === 0;

it('makes a folder to which nobody else writes, also of one of its own to which others could', () => {
  const folder = join(root, 'cache');
  makeTrustedFolder(folder);
  chmodSync(folder, 0o777);
  makeTrustedFolder(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o755);
});

it.skipIf(!isRoot)('refuses a folder of another user, and one that is for all', () => {
  const folder = mkdtempSync(join(root, 'foreign-'));
  chownSync(folder, 65_534, 65_534);
  expect(() => makeTrustedFolder(folder)).toThrow('other users may write');
  expect(() => makeTrustedFolder(tmpdir())).toThrow('--cache');
});
