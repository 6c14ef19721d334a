import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CopiedDisk } from '../../../../../cell/compute/disk-transfer/disk-manifest.ts';
import { FileDiskWriter, journalPath } from '../../../../../cell/compute/disk-transfer/file-disk-writer.ts';
import { aDisk, blockOf } from './a-disk.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'volvox-writer-'));
  path = join(folder, 'disk.in-work');
});
afterEach(() => rm(folder, { recursive: true }));

/** What a process does that is killed after it: writes all of `written`, of which only `committed` are noted. */
async function anAttempt(written: readonly number[], committed: readonly number[], disk = aDisk()): Promise<void> {
  const writer = new FileDiskWriter(path, 'guest-1');
  await writer.open(disk);
  for (const index of written) await writer.write(index, blockOf(disk, index));
  if (committed.length > 0) await writer.commit(committed);
  await writer.close();
}

async function observed(disk: CopiedDisk = aDisk(), source = 'guest-1'): Promise<number[]> {
  const writer = new FileDiskWriter(path, source);
  const here = await writer.open(disk);
  await writer.close();
  return [...here];
}

test('blocks land where they belong, and what is not written is zeros', async () => {
  const writer = new FileDiskWriter(path, 'guest-1');
  expect(await writer.open(aDisk())).toEqual(new Set());
  await writer.write(4, blockOf(aDisk(), 4));
  await writer.write(1, blockOf(aDisk(), 1));
  await writer.write(2, null);
  await writer.commit([4, 1, 2]);
  await writer.close();
  expect([...(await readFile(path))]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4]);
});

test('the next attempt finds what was committed, and only that', async () => {
  await anAttempt([0, 1, 2], [0, 2]);
  expect(await observed()).toEqual([0, 2]);
  await anAttempt([3], [3]);
  expect(await observed()).toEqual([0, 2, 3]);
  expect([...(await readFile(path)).subarray(8, 16)]).toEqual([2, 2, 2, 2, 3, 3, 3, 3]);
});

test.each([
  ['another version', aDisk({ version: 'two' }), 'guest-1'],
  ['another size', aDisk({ bytes: 17 }), 'guest-1'],
  ['other blocks', aDisk({ blockBytes: 2 }), 'guest-1'],
  ['another guest', aDisk(), 'guest-2'],
])('of %s nothing is kept', async (_what, disk, source) => {
  await anAttempt([0, 1, 2, 3, 4], [0, 1, 2, 3, 4]);
  expect(await observed(disk, source)).toEqual([]);
  expect((await readFile(path)).every((byte) => byte === 0)).toBe(true);
  expect((await stat(path)).size).toBe(disk.bytes);
});

test('a journal without its file, and a file without its journal, are worth nothing', async () => {
  await anAttempt([0], [0]);
  await rm(path);
  expect(await observed()).toEqual([]);
  await anAttempt([0], [0]);
  await rm(journalPath(path));
  expect(await observed()).toEqual([]);
  expect((await readFile(path)).every((byte) => byte === 0)).toBe(true);
});

test('a line that a crash cut or spoilt says nothing; the others hold', async () => {
  await anAttempt([0, 1], [0, 1]);
  await appendFile(journalPath(path), '\0\0\0\0\n[3,-1,"x",99]\n[2');
  expect(await observed()).toEqual([0, 1, 3]);
  const { size } = await stat(journalPath(path));
  await truncate(journalPath(path), size - 2);
  expect(await observed()).toEqual([0, 1, 3]);
  await writeFile(journalPath(path), '{"source":"gue');
  expect(await observed()).toEqual([]);
  expect((await readdir(folder)).sort()).toEqual(['disk.in-work', 'disk.in-work.journal']);
});
