import { expect, test, vi } from 'vitest';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { systemClock } from '#platform/time/clock.ts';
import { DesiredFeed } from '../../../../cell/agent/desired-feed.ts';
import type { Selection } from '../../../../cell/agent/subject.ts';
import { aSubject, aThing } from './a-subject.ts';

const impatient = { ...systemClock, sleep: async () => new Promise<void>((resolve) => setImmediate(resolve)) };

function aFeed(fetch: (selection: Selection) => Promise<ReturnType<typeof aThing>[]>, resyncMs = 20) {
  const accepted: string[] = [];
  const known: string[][] = [];
  const feed = new DesiredFeed({
    subject: aSubject({ fetch }),
    accept: (desired, occasion) => accepted.push(`${desired.id} ${occasion}`),
    gotAll: async (keys) => void known.push([...keys]),
    resyncMs,
    log: silentLogger,
    clock: impatient,
  });
  return { feed, accepted, known };
}

test('asks once for the wake-ups of one moment', async () => {
  const asked: Selection[] = [];
  const { feed, accepted } = aFeed(async (selection) => {
    asked.push(selection);
    return (selection.ids ?? []).map((id) => aThing(id));
  });
  feed.wake(['a']);
  feed.wake(['b', 'a']);
  await vi.waitFor(() => expect(accepted).toEqual(['a told', 'b told']));
  expect(asked).toEqual([{ ids: ['a', 'b'], unsettledOnly: false }]);
  await feed.stop();
});

test('asks again until the conductor answers, and for all that came meanwhile', async () => {
  let down = true;
  const { feed, accepted, known } = aFeed(async ({ ids }) => {
    if (down) throw new Error('away');
    return (ids ?? ['x', 'y']).map((id) => aThing(id));
  });
  feed.wake(['a']);
  await new Promise((resolve) => setImmediate(resolve));
  feed.all();
  down = false;
  await vi.waitFor(() => expect(accepted).toContain('x told'));
  expect(known).toEqual([['x', 'y']]);
  await feed.stop();
});

test('looks for the unsettled now and then', async () => {
  const { feed, accepted } = aFeed(async ({ unsettledOnly }) => (unsettledOnly ? [aThing('lost')] : []));
  feed.start();
  await vi.waitFor(() => expect(accepted).toContain('lost resync'));
  await feed.stop();
});

test('looks for everything too, less often, so that unknown guests are found', async () => {
  let unsettled = 0;
  const { feed, accepted, known } = aFeed(async ({ unsettledOnly }) => {
    if (unsettledOnly) unsettled += 1;
    return unsettledOnly ? [] : [aThing('x')];
  }, 2);
  feed.start();
  await vi.waitFor(() => expect(known).toEqual([['x']]));
  expect(accepted).toEqual(['x resync']);
  expect(unsettled).toBeGreaterThan(20);
  await feed.stop();
});

test('is not stopped by a wake-up that the conductor refuses, and takes none that is no id', async () => {
  const asked: Selection[] = [];
  const { feed, accepted } = aFeed(async (selection) => {
    asked.push(selection);
    if (selection.ids?.includes('poison') === true) throw new VolvoxError('invalid', 'agent.desired: /ids/0 is no id');
    return (selection.ids ?? [selection.unsettledOnly ? 'unsettled' : 'all']).map((id) => aThing(id));
  });
  feed.start();
  for (const garbage of [null, 'text', { length: 3 }, [1, null, {}, 'a b', 'x'.repeat(10_000)]]) feed.wake(garbage);
  feed.wake(['a', 'poison']);
  await vi.waitFor(() => expect(accepted).toContain('all told'));
  await vi.waitFor(() => expect(accepted).toContain('unsettled resync'));
  feed.wake(['b']);
  await vi.waitFor(() => expect(accepted).toContain('b told'));
  expect(asked.flatMap(({ ids }) => ids ?? []).sort()).toEqual(['a', 'b', 'poison']);
  await feed.stop();
});

test('asks for everything instead of more ids than it can remember', async () => {
  const asked: Selection[] = [];
  const { feed } = aFeed(async (selection) => {
    asked.push(selection);
    return [];
  });
  feed.wake(Array.from({ length: 20_000 }, (_, at) => `id-${at}`));
  await vi.waitFor(() => expect(asked).toEqual([{ ids: null, unsettledOnly: false }]));
  await feed.stop();
});
