import { expect, it } from 'vitest';
import type { Directory } from '#platform/directory/directory.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import type { Clock } from '#platform/time/clock.ts';
import { ConfirmedChanges } from '../../../scheduler/confirmed-changes.ts';

/** A directory that tells its generation, or whatever `tell` does. */
function aDirectory(tell: () => Promise<number>): Directory {
  const query = {
    select: () => query,
    where: () => query,
    executeTakeFirst: async () => ({ generation: await tell() }),
  };
  return { read: { selectFrom: () => query } } as unknown as Directory;
}
const never = new Promise<never>(() => undefined);
/** Sleeps are over when `wake` is called. */
function aClock(): { readonly clock: Clock; wake(): void } {
  const sleepers: (() => void)[] = [];
  return {
    clock: { now: () => 0, sleep: () => new Promise((resolve) => sleepers.push(resolve)) },
    wake: () => {
      for (const sleeper of sleepers.splice(0)) sleeper();
    },
  };
}

it('reads everything anew when the directory is ahead, and nothing while it is not', async () => {
  let generation = 1;
  const read: string[] = [];
  const changes = new ConfirmedChanges({
    directory: aDirectory(async () => generation),
    refresh: ['cells', 'aggregates', 'hosts'].map((name) => async () => {
      read.push(name);
    }),
    log: silentLogger,
    clock: aClock().clock,
  });
  await changes.known();
  expect(read).toEqual(['cells', 'aggregates', 'hosts']);
  await changes.known();
  expect(read).toHaveLength(3);
  generation = 2;
  await Promise.all([changes.known(), changes.known(), changes.known()]);
  expect(read).toHaveLength(6);
});

it('a change while it reads is read by whoever asks after it', async () => {
  let generation = 1;
  const finished = Promise.withResolvers<void>();
  let reads = 0;
  const changes = new ConfirmedChanges({
    directory: aDirectory(async () => generation),
    refresh: [() => (++reads === 1 ? finished.promise : Promise.resolve())],
    log: silentLogger,
    clock: aClock().clock,
  });
  const first = changes.known();
  await expect.poll(() => reads).toBe(1);
  generation = 2;
  const second = changes.known();
  finished.resolve();
  await Promise.all([first, second]);
  expect(reads).toBe(2);
});

it('lets a decision be made when what it waits for does not come', async () => {
  const { clock, wake } = aClock();
  const changes = new ConfirmedChanges({
    directory: aDirectory(async () => 1),
    refresh: [() => never],
    log: silentLogger,
    clock,
  });
  const known = changes.known();
  wake();
  await known;
});

it('lets a decision be made while the directory is away, and asks again at the next', async () => {
  let away = true;
  let reads = 0;
  const changes = new ConfirmedChanges({
    directory: aDirectory(async () => {
      if (away) throw new Error('away');
      return 1;
    }),
    refresh: [
      async () => {
        reads += 1;
      },
    ],
    log: silentLogger,
    clock: aClock().clock,
  });
  await changes.known();
  expect(reads).toBe(0);
  away = false;
  await changes.known();
  expect(reads).toBe(1);
});
