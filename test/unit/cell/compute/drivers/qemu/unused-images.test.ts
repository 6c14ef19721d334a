import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { systemClock } from '#platform/time/clock.ts';
import { UnusedImages } from '../../../../../../cell/compute/drivers/qemu/unused-images.ts';

const MIB = 1024 ** 2;
const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 5, 1);
const sha256Of = (letter: string) => letter.repeat(64);
const [A, B, C] = [sha256Of('a'), sha256Of('b'), sha256Of('c')];

let folder: string;
let used: Set<string>;
let freeMib: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'volvox-unused-'));
  used = new Set();
  freeMib = 1_000;
});
afterEach(() => rm(folder, { recursive: true }));

async function anImage(sha256: string, hoursAgo: number): Promise<void> {
  await writeFile(join(folder, sha256), Buffer.alloc(MIB, 1));
  const seconds = (NOW - hoursAgo * HOUR_MS) / 1_000;
  await utimes(join(folder, sha256), seconds, seconds);
}
const kept = async () => (await readdir(folder)).toSorted();
const unusedImages = (rest: { maxBytes?: number; isUsed?: (sha256: string) => boolean } = {}) =>
  new UnusedImages({
    ...{ folder, isUsed: (sha256) => used.has(sha256), maxAgeMs: 24 * HOUR_MS, maxBytes: 100 * MIB },
    ...{ reserveBytes: 10 * MIB, log: silentLogger, clock: { ...systemClock, now: () => NOW } },
    freeBytes: async () => (freeMib + 3 - (await kept()).length) * MIB,
    ...rest,
  });

test('images that no guest has used for a day are removed, and nothing else', async () => {
  await anImage(A, 25);
  await anImage(B, 23);
  await anImage(C, 1_000);
  used.add(C);
  await writeFile(join(folder, `${A}.partial-1`), '');
  const images = unusedImages();
  await images.sweep();
  expect(await kept()).toEqual([`${A}.partial-1`, B, C]);
  // It was used until now.
  expect((await stat(join(folder, C))).mtimeMs).toBe(NOW);
  used.delete(C);
  await images.sweep();
  expect(await kept()).toEqual([`${A}.partial-1`, B, C]);
});

test('the oldest go when all of them are too large', async () => {
  for (const [sha256, hours] of [
    [A, 1],
    [B, 3],
    [C, 2],
  ] as const)
    await anImage(sha256, hours);
  await unusedImages({ maxBytes: 1.5 * MIB }).sweep();
  expect(await kept()).toEqual([A]);
});

test('an image that is used by now stays', async () => {
  await anImage(A, 25);
  let asked = 0;
  await unusedImages({ isUsed: () => asked++ > 0 }).sweep();
  expect(await kept()).toEqual([A]);
});

test('an image is fetched when there is space for it, for those that are being fetched, and for the reserve', async () => {
  freeMib = 30;
  const images = unusedImages();
  let release = (): void => undefined;
  const first = images.within(
    15 * MIB,
    () =>
      new Promise<void>((resolve) => {
        release = resolve;
      }),
  );
  const tooMuch = images.within(10 * MIB, async () => expect.unreachable('there is no space'));
  await expect(tooMuch).rejects.toMatchObject({
    kind: 'no-capacity',
    message: 'This host has no disk space left for an image of 10485760 bytes.',
  });
  release();
  await first;
  let fetched = 0;
  await images.within(10 * MIB, async () => void fetched++);
  expect(fetched).toBe(1);
});

test('unused images make space, the oldest first, and no more than are in the way', async () => {
  for (const [sha256, hours] of [
    [A, 3],
    [B, 2],
    [C, 1],
  ] as const)
    await anImage(sha256, hours);
  used.add(A);
  freeMib = 20;
  let there: readonly string[] = [];
  await unusedImages().within(11 * MIB, async () => {
    there = await kept();
  });
  expect(there).toEqual([A, C]);
});
