import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StoreFull } from '../../../../api/image/store/disk-reserve.ts';
import { FileImageStore } from '../../../../api/image/store/file-image-store.ts';
import { waitUntil } from '../../../support/wait-until.ts';

const MIB = 1024 * 1024;
const ID = '11111111-1111-1111-1111-111111111111';
let folder = '';
let free = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'volvox-reserve-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const store = () => new FileImageStore(folder, { reserveBytes: 100 * MIB, free: async () => free });
const receive = (from: FileImageStore, source: Readable, announcedBytes: number | null) =>
  from.receive({ imageId: ID, blobId: null }, source, {
    maxBytes: 1024 * MIB,
    announcedBytes,
    algorithms: [],
    admit: async () => undefined,
  });
const bytes = (mib: number) => Readable.from(Array.from({ length: mib }, () => Buffer.alloc(MIB)));

test('an upload that says it would pass the reserve is refused before it begins (E12)', async () => {
  free = 110 * MIB;
  await expect(receive(store(), bytes(1), 10 * MIB + 1)).rejects.toThrow(StoreFull);
  expect(await readdir(folder)).toEqual([]);
  const pending = await receive(store(), bytes(10), 10 * MIB);
  await pending.discard();
});

test('uploads that are announced count for each other', async () => {
  free = 110 * MIB;
  const one = store();
  const open = new Readable({ read: () => undefined });
  const first = receive(one, open, 8 * MIB);
  await waitUntil('the first to begin', async () => (await readdir(folder)).length === 1);
  await expect(receive(one, bytes(1), 3 * MIB)).rejects.toThrow(StoreFull);
  const gone = expect(first).rejects.toThrow('the client has gone');
  open.destroy(new Error('the client has gone'));
  await gone;
  const second = await receive(one, bytes(3), 3 * MIB);
  await second.discard();
  expect(await readdir(folder)).toEqual([]);
});

test('an upload ends in the middle when the disk fills, and leaves nothing', async () => {
  free = 200 * MIB;
  const source = Readable.from(
    (function* () {
      for (let sent = 0; sent < 64; sent++) {
        if (sent === 20) free = 100 * MIB;
        yield Buffer.alloc(MIB);
      }
    })(),
  );
  await expect(receive(store(), source, null)).rejects.toThrow(StoreFull);
  expect(await readdir(folder)).toEqual([]);
});

test('many uploads of unknown size together do not pass the reserve', async () => {
  const capacity = 200 * MIB;
  // The disk has what is in its files, as a real one.
  const used = async () => {
    const names = await readdir(folder);
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  };
  const one = new FileImageStore(folder, { reserveBytes: 150 * MIB, free: async () => capacity - (await used()) });
  let minFree = capacity;
  const watched = (mib: number) =>
    Readable.from(
      (async function* () {
        for (let sent = 0; sent < mib; sent++) {
          minFree = Math.min(minFree, capacity - (await used()));
          yield Buffer.alloc(MIB);
        }
      })(),
    );
  // Each stays below what one upload may write between two looks.
  const uploads = Array.from({ length: 12 }, () => receive(one, watched(12), null));
  const results = await Promise.allSettled(uploads);
  expect(results.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
  expect(minFree).toBeGreaterThanOrEqual(150 * MIB);
});

test('parts of uploads whose process died go after an hour without a change; bytes of images after what was asked', async () => {
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3600_000);
  for (const [name, hours] of [
    ['upload-dead', 2],
    ['upload-live', 0.5],
    [ID, 2],
  ] as const) {
    await writeFile(join(folder, name), 'x');
    await utimes(join(folder, name), hoursAgo(hours), hoursAgo(hours));
  }
  expect(await store().list(24 * 3600_000)).toEqual([]);
  expect((await readdir(folder)).sort()).toEqual([ID, 'upload-live']);
  expect(await store().list(3600_000)).toEqual([{ imageId: ID, blobId: null }]);
});
