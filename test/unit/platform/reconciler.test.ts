import { expect, it } from 'vitest';
import { reconcilerService } from '#platform/lifecycle/reconciler.ts';
import { type Logger, silentLogger } from '#platform/logging/logger.ts';
import type { Clock } from '#platform/time/clock.ts';

/** A clock whose sleeps end when the test says so, or when they are aborted. */
function steppedClock() {
  let wake: () => void = () => undefined;
  const sleeps: number[] = [];
  const clock: Clock = {
    now: () => 0,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        sleeps.push(ms);
        wake = resolve;
        signal?.addEventListener('abort', () => resolve());
      }),
  };
  return { clock, sleeps, next: () => wake() };
}

/** Lets everything run that waits for nothing but promises. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

function aReconciler(outcomes: readonly (Error | null)[], options?: { awaitFirst: boolean }) {
  const warned: unknown[] = [];
  const log: Logger = Object.assign(Object.create(silentLogger), { warn: (facts: object) => warned.push(facts) });
  const { clock, sleeps, next } = steppedClock();
  let rounds = 0;
  const reconcile = async () => {
    const outcome = outcomes[rounds++] ?? null;
    if (outcome !== null) throw outcome;
  };
  const service = reconcilerService({ name: 'of a test', everyMs: 70, reconcile }, log, clock, options);
  return { service, warned, sleeps, next, rounds: () => rounds };
}

it('runs the first round at once, the next ones at their pace, and none after stop', async () => {
  const { service, sleeps, next, rounds } = aReconciler([]);
  await service.start();
  await settle();
  expect([rounds(), sleeps]).toEqual([1, [70]]);
  next();
  await settle();
  expect([rounds(), sleeps]).toEqual([2, [70, 70]]);
  await service.stop();
  await settle();
  expect(rounds()).toBe(2);
});

it('goes on after a failure, and warns only when it is a new one', async () => {
  const [away, full] = [new Error('away'), new Error('full')];
  const { service, warned, next, rounds } = aReconciler([away, away, full, null, full]);
  await service.start();
  for (let round = 1; round < 5; round++) {
    await settle();
    next();
  }
  await settle();
  await service.stop();
  expect(rounds()).toBe(5);
  expect(warned).toEqual(['away', 'full', 'full'].map((reason) => ({ reconciler: 'of a test', reason })));
});

it('is started after its first round, if so asked, even when that failed', async () => {
  const { service, warned, rounds } = aReconciler([new Error('away')], { awaitFirst: true });
  await service.start();
  expect([rounds(), warned.length]).toEqual([1, 1]);
  await service.stop();
});

it('tells a round in progress to end, and stops when it has', async () => {
  let ended = false;
  const { clock } = steppedClock();
  const reconcile = (stopping?: AbortSignal) =>
    new Promise<void>((resolve) => {
      stopping?.addEventListener('abort', () => {
        ended = true;
        resolve();
      });
    });
  const service = reconcilerService({ name: 'long', everyMs: 70, reconcile }, silentLogger, clock);
  await service.start();
  await service.stop();
  expect(ended).toBe(true);
});

it('rests only after a round that failed in nothing and left nothing', async () => {
  const { clock, sleeps, next } = steppedClock();
  const rests: number[] = [];
  const outcomes = ['nothing', 'more', 'failure', 'nothing'];
  let last = '';
  const reconciler = {
    ...{ name: 'of a test', everyMs: 70 },
    hasMore: () => last === 'more',
    reconcile: async () => {
      last = outcomes.shift() ?? 'nothing';
      if (last === 'failure') throw new Error('away');
    },
  };
  const rest = (everyMs: number, signal: AbortSignal) => {
    rests.push(everyMs);
    return clock.sleep(1_000, signal);
  };
  const service = reconcilerService(reconciler, silentLogger, clock, { rest });
  await service.start();
  for (let round = 1; round < 4; round++) {
    await settle();
    next();
  }
  await settle();
  expect([sleeps, rests]).toEqual([
    [1_000, 70, 70, 1_000],
    [70, 70],
  ]);
  await service.stop();
});
