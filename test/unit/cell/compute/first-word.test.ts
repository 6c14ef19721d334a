import { expect, test } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import type { Conductor } from '../../../../cell/agent/conductor.ts';
import type { Driver } from '../../../../cell/compute/drivers/driver.ts';
import { createFirstWord } from '../../../../cell/compute/first-word.ts';
import { guestSubject } from '../../../../cell/compute/guest-subject.ts';
import { aDesiredGuest, aFact } from './a-guest.ts';

const NEVER_MS = 3_600_000;

/** A guest that should run and was down when its host booted. */
function aBootedHost(firstWord = createFirstWord(NEVER_MS), before: 'shutdown' | 'suspended' = 'shutdown') {
  const done: string[] = [];
  let power: 'shutdown' | 'suspended' | 'running' = before;
  const driver = {
    parallel: 1,
    find: async () => aFact({ power, desired: aDesiredGuest() }),
    findAll: async () => [aFact({ power, desired: aDesiredGuest() })],
    start: async () => {
      done.push('start');
      power = 'running';
    },
    resumeFromDisk: async () => {
      done.push('resume-from-disk');
      power = 'running';
    },
  } as unknown as Driver;
  const named: DesiredGuest[] = [];
  const conductor = { ask: async () => ({ guests: named }) } as unknown as Conductor;
  const subject = guestSubject({ driver, conductor, agentId: 'agent', firstWord, log: silentLogger });
  const converge = (signal: AbortSignal) => subject.converge(aDesiredGuest(), { signal, report: () => undefined });
  const fetch = async (...guests: DesiredGuest[]) => {
    named.splice(0, named.length, ...guests);
    await subject.fetch({ ids: null, unsettledOnly: false });
  };
  return { done, converge, firstWord, fetch, remembered: () => subject.remembered?.() };
}

test('no guest is started before the conductor has spoken, and one that it gives up never', async () => {
  const { done, converge } = aBootedHost();
  const newer = new AbortController();
  const started = converge(newer.signal);
  newer.abort(new Error('a newer generation came'));
  await expect(started).rejects.toThrow('a newer generation came');
  expect(done).toEqual([]);
});

test.each([
  ['shutdown', 'start'],
  ['suspended', 'resume-from-disk'],
] as const)('a remembered guest, %s, that it does not name is left alone until it does', async (before, step) => {
  const { done, converge, firstWord, fetch, remembered } = aBootedHost(createFirstWord(NEVER_MS), before);
  await remembered();
  const waiting = converge(new AbortController().signal);
  await fetch();
  firstWord.heard();
  expect(await waiting).toMatchObject({ settled: false, power: before, error: null });
  expect(done).toEqual([]);
  await fetch(aDesiredGuest());
  expect(await converge(new AbortController().signal)).toMatchObject({ settled: true, power: 'running' });
  expect(done).toEqual([step]);
});

test('a remembered guest that it names is started then', async () => {
  const { done, converge, firstWord, fetch, remembered } = aBootedHost();
  await remembered();
  const started = converge(new AbortController().signal);
  await fetch(aDesiredGuest());
  expect(done).toEqual([]);
  firstWord.heard();
  await started;
  expect(done).toEqual(['start']);
});

test('guests of a cell without its conductor are started after a while', async () => {
  const { done, converge, remembered } = aBootedHost(createFirstWord(1));
  await remembered();
  await converge(new AbortController().signal);
  expect(done).toEqual(['start']);
});
