import { expect, test } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import type { Conductor } from '../../../../cell/agent/conductor.ts';
import type { Driver } from '../../../../cell/compute/drivers/driver.ts';
import { createFirstWord } from '../../../../cell/compute/first-word.ts';
import { guestSubject } from '../../../../cell/compute/guest-subject.ts';
import { aDesiredGuest, aFact } from './a-guest.ts';

const NEVER_MS = 3_600_000;

/** A guest that should run and was down when its host booted. */
function aBootedHost(firstWord = createFirstWord(NEVER_MS)) {
  const done: string[] = [];
  let power: 'shutdown' | 'running' = 'shutdown';
  const driver = {
    parallel: 1,
    find: async () => aFact({ power, desired: aDesiredGuest() }),
    start: async () => {
      done.push('start');
      power = 'running';
    },
  } as unknown as Driver;
  const conductor = {} as Conductor;
  const subject = guestSubject({ driver, conductor, agentId: 'agent', firstWord, log: silentLogger });
  const converge = (signal: AbortSignal) => subject.converge(aDesiredGuest(), { signal, report: () => undefined });
  return { done, converge, firstWord };
}

test('no guest is started before the conductor has spoken, and one that it gives up never', async () => {
  const { done, converge } = aBootedHost();
  const newer = new AbortController();
  const started = converge(newer.signal);
  newer.abort(new Error('a newer generation came'));
  await expect(started).rejects.toThrow('a newer generation came');
  expect(done).toEqual([]);
});

test('what it does not contradict is started then', async () => {
  const { done, converge, firstWord } = aBootedHost();
  const started = converge(new AbortController().signal);
  firstWord.heard();
  await started;
  expect(done).toEqual(['start']);
});

test('guests of a cell without its conductor are started after a while', async () => {
  const { done, converge } = aBootedHost(createFirstWord(1));
  await converge(new AbortController().signal);
  expect(done).toEqual(['start']);
});
