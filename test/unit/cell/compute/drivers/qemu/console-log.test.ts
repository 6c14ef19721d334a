import { appendFile, mkdir, mkdtemp, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConsoleLog } from '../../../../../../cell/compute/drivers/qemu/console-log.ts';
import { type StateFolders, stateFolders } from '../../../../../../cell/compute/drivers/qemu/guest-folder.ts';
import { A_GUEST_ID } from '../../a-guest.ts';

let stateDir: string;
let folders: StateFolders;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'volvox-console-'));
  folders = stateFolders(stateDir);
  await mkdir(folders.guest(A_GUEST_ID), { recursive: true });
});
afterEach(() => rm(stateDir, { recursive: true }));

const write = (text: string) => appendFile(folders.file(A_GUEST_ID, 'console'), text);

test('gives the last lines, with or without an end to the last', async () => {
  const log = new ConsoleLog(folders, 1_000);
  await write('one\ntwo\nthree\n');
  expect(await log.read(A_GUEST_ID, 2)).toBe('two\nthree\n');
  await write('login: ');
  expect(await log.read(A_GUEST_ID, 2)).toBe('three\nlogin: ');
  expect(await log.read(A_GUEST_ID, 0)).toBe('');
  expect(await log.read(A_GUEST_ID, 100)).toBe('one\ntwo\nthree\nlogin: ');
  expect(await log.read(A_GUEST_ID, null)).toBe('one\ntwo\nthree\nlogin: ');
});

test('a guest that never wrote has an empty log', async () => {
  expect(await new ConsoleLog(folders, 1_000).read(A_GUEST_ID, null)).toBe('');
});

test('is bounded, and keeps the older half', async () => {
  const log = new ConsoleLog(folders, 20);
  await write('first line, quite long\n');
  await log.turnOver(A_GUEST_ID);
  await write('second\n');
  await log.turnOver(A_GUEST_ID);
  expect(await log.read(A_GUEST_ID, null)).toBe('first line, quite long\nsecond\n');
  await write('third line, quite long\n');
  await log.turnOver(A_GUEST_ID);
  expect(await log.read(A_GUEST_ID, null)).toBe('second\nthird line, quite long\n');
  expect((await stat(folders.file(A_GUEST_ID, 'console'))).size).toBe(0);
});

test('costs no more memory and disk when the process of a guest makes it a terabyte long', async () => {
  const log = new ConsoleLog(folders, 20);
  const path = folders.file(A_GUEST_ID, 'console');
  await write('first\n');
  await truncate(path, 1024 ** 4);
  await write('last\n');
  expect((await log.read(A_GUEST_ID, null)).length).toBe(40);
  await log.turnOver(A_GUEST_ID);
  expect((await stat(folders.file(A_GUEST_ID, 'olderConsole'))).size).toBe(40);
  expect(await log.read(A_GUEST_ID, 1)).toMatch(/last\n$/);
});

test('is read and written through no link', async () => {
  const elsewhere = join(stateDir, 'elsewhere');
  await writeFile(elsewhere, 'of another');
  await symlink(elsewhere, folders.file(A_GUEST_ID, 'olderConsole'));
  await write('a line that is long enough\n');
  const log = new ConsoleLog(folders, 20);
  await expect(log.read(A_GUEST_ID, null)).rejects.toMatchObject({ kind: 'forbidden' });
  await expect(log.turnOver(A_GUEST_ID)).rejects.toMatchObject({ kind: 'forbidden' });
  expect((await stat(elsewhere)).size).toBe(10);
});
