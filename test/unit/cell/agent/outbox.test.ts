import { expect, test, vi } from 'vitest';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { systemClock } from '#platform/time/clock.ts';
import { Outbox } from '../../../../cell/agent/outbox.ts';
import { aSubject, aThing, done, type ObservedThing } from './a-subject.ts';

const impatient = { ...systemClock, sleep: async () => new Promise<void>((resolve) => setImmediate(resolve)) };

test('reports of one moment leave in one batch, the newest of each key', async () => {
  const batches: (readonly ObservedThing[])[] = [];
  const subject = aSubject({ report: async (observed) => void batches.push(observed) });
  const outbox = new Outbox(subject, silentLogger);
  outbox.put(done(aThing('a', 1)));
  outbox.put(done(aThing('b', 1)));
  outbox.put(done(aThing('a', 2)));
  await outbox.flush(1_000);
  expect(batches.map((batch) => batch.map((observed) => `${observed.id}${observed.generation}`))).toEqual([
    ['a2', 'b1'],
  ]);
});

test('waits for the conductor, and a newer finding replaces the one that waits', async () => {
  let up = false;
  const taken: string[] = [];
  const subject = aSubject({
    report: async (observed) => {
      if (!up) throw new VolvoxError('unavailable', 'away');
      for (const one of observed) taken.push(`${one.id}${one.generation}`);
    },
  });
  const outbox = new Outbox(subject, silentLogger, impatient);
  outbox.put(done(aThing('a', 1)));
  await new Promise((resolve) => setImmediate(resolve));
  outbox.put(done(aThing('a', 2)));
  up = true;
  await vi.waitFor(() => expect(taken).toEqual(['a2']));
});

/** The conductor calls every batch malformed that has a report of `bad`. */
function anOutboxThatRefusesBad() {
  const taken: string[] = [];
  const subject = aSubject({
    report: async (observed) => {
      if (observed.some((one) => one.id === 'bad')) throw new VolvoxError('invalid', 'malformed');
      for (const one of observed) taken.push(one.id);
    },
  });
  const outbox = new Outbox(subject, silentLogger, impatient);
  return { outbox, taken };
}

test('a batch that the conductor calls malformed does not stop the next', async () => {
  const { outbox, taken } = anOutboxThatRefusesBad();
  outbox.put(done(aThing('bad')));
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  outbox.put(done(aThing('good')));
  await vi.waitFor(() => expect(taken).toEqual(['good']));
});

test('of a batch that the conductor calls malformed only the malformed reports are dropped', async () => {
  const { outbox, taken } = anOutboxThatRefusesBad();
  for (const id of ['a', 'bad', 'b']) outbox.put(done(aThing(id)));
  await vi.waitFor(() => expect(taken).toEqual(['a', 'b']));
});
