import { expect, test, vi } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { Converger } from '../../../../cell/agent/converger.ts';
import { aSubject, aThing, done, type ObservedThing, type ThingSubject } from './a-subject.ts';

function started(parts: Parameters<typeof aSubject>[0]) {
  const reports: ObservedThing[] = [];
  const subject: ThingSubject = aSubject(parts);
  const converger = new Converger(subject, (observed) => reports.push(observed), silentLogger);
  return { reports, converger };
}

test('reports what converging found', async () => {
  const { converger, reports } = started({});
  converger.accept(aThing('a', 3), 'told');
  await vi.waitFor(() => expect(reports).toEqual([done(aThing('a', 3))]));
});

test('runs one key once at a time, and different keys up to the bound', async () => {
  const gates: (() => void)[] = [];
  const running: string[] = [];
  const { converger } = started({
    parallel: 2,
    converge: async (desired) => {
      running.push(desired.id);
      await new Promise<void>((resolve) => gates.push(resolve));
      return done(desired);
    },
  });
  for (const id of ['a', 'a', 'b', 'c']) converger.accept(aThing(id), 'told');
  expect(running).toEqual(['a', 'b']);
  gates.shift()?.();
  await vi.waitFor(() => expect(running).toEqual(['a', 'b', 'c']));
  for (const open of gates) open();
});

test('a newer generation aborts the older run, whose finding is not reported', async () => {
  const aborted: number[] = [];
  const { converger, reports } = started({
    converge: async (desired, { signal }) => {
      if (desired.generation === 1) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        aborted.push(desired.generation);
      }
      return done(desired);
    },
  });
  converger.accept(aThing('a', 1), 'told');
  converger.accept(aThing('a', 2), 'told');
  await vi.waitFor(() => expect(reports.map((report) => report.generation)).toEqual([2]));
  expect(aborted).toEqual([1]);
});

test('ignores an older generation and a lower epoch, also of a key that has ended', async () => {
  const seen: string[] = [];
  const { converger, reports } = started({
    converge: async (desired) => {
      seen.push(`${desired.epoch}/${desired.generation}`);
      return done(desired);
    },
  });
  converger.accept(aThing('a', 5, { epoch: 2 }), 'told');
  await vi.waitFor(() => expect(reports).toHaveLength(1));
  converger.accept(aThing('a', 4, { epoch: 2 }), 'told');
  converger.accept(aThing('a', 9, { epoch: 1 }), 'told');
  converger.accept(aThing('a', 6, { epoch: 2, end: true }), 'told');
  await vi.waitFor(() => expect(reports).toHaveLength(2));
  expect(converger.knows('a')).toBe(false);
  converger.accept(aThing('a', 5, { epoch: 2 }), 'told');
  expect(seen).toEqual(['2/5', '2/6']);
});

test('tries again after a failure, and not after a permanent one', async () => {
  vi.useFakeTimers();
  try {
    let tries = 0;
    const permanent = { message: 'no', details: null, permanent: true };
    const { converger, reports } = started({
      converge: async (desired) => {
        tries += 1;
        if (tries === 1) throw new Error('busy');
        return done(desired, { settled: false, error: permanent });
      },
    });
    converger.accept(aThing('a'), 'told');
    await vi.advanceTimersByTimeAsync(1_100);
    expect(tries).toBe(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(tries).toBe(2);
    converger.accept(aThing('a'), 'resync');
    expect(reports.map((report) => report.error?.permanent)).toEqual([false, true, true]);
    expect(tries).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});

test('a resync does not shorten a back-off, a wake-up does', async () => {
  let tries = 0;
  const { converger, reports } = started({
    converge: async () => {
      tries += 1;
      throw new Error('busy');
    },
  });
  converger.accept(aThing('a'), 'told');
  await vi.waitFor(() => expect(reports).toHaveLength(1));
  converger.accept(aThing('a'), 'resync');
  expect(tries).toBe(1);
  converger.accept(aThing('a'), 'told');
  expect(tries).toBe(2);
  await converger.stop();
});

test('an event while a key runs makes it look again afterwards', async () => {
  const gates: (() => void)[] = [];
  const { converger, reports } = started({
    converge: async (desired) => {
      await new Promise<void>((resolve) => gates.push(resolve));
      return done(desired);
    },
  });
  converger.accept(aThing('a'), 'told');
  converger.touch('a');
  gates.shift()?.();
  await vi.waitFor(() => expect(gates).toHaveLength(1));
  gates.shift()?.();
  await vi.waitFor(() => expect(reports).toHaveLength(2));
});
