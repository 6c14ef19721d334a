import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GuestWanted, WANTED_POWERS } from '#platform/objects/guest.ts';
import type { GuestFact } from '../../../../cell/compute/drivers/driver.ts';
import { nextSteps, type Step, UNASKED_STARTS_MAX } from '../../../../cell/compute/next-steps.ts';
import { aFact, aWanted } from './a-guest.ts';

const expectSteps = (wanted: GuestWanted, found: GuestFact | null, ...steps: Step[]) =>
  expect(nextSteps(wanted, found)).toEqual({ kind: 'steps', steps });

describe('one look', () => {
  test('a new guest is remembered before anything is done for it', () => expectSteps(aWanted(), null, 'accept'));
  test('then gets its disk and is started', () =>
    expectSteps(aWanted(), aFact({ power: 'shutdown', hasDisk: false }), 'prepare-disk', 'start'));
  test('one that is wanted stopped gets its disk only', () => {
    const wanted = aWanted({ power: 'stopped' });
    expectSteps(wanted, aFact({ wanted, power: 'shutdown', hasDisk: false }), 'prepare-disk');
  });
  test('one whose process vanished is started again', () =>
    expectSteps(aWanted(), aFact({ power: 'crashed' }), 'start'));
  test('and left alone when that happens too often', () =>
    expect(nextSteps(aWanted(), aFact({ power: 'crashed', unaskedStarts: UNASKED_STARTS_MAX })).kind).toBe('refused'));
  test('one that shut itself down stays down', () =>
    expectSteps(aWanted(), aFact({ power: 'shutdown', stoppedByItself: true })));
  test('until a new generation asks for it', () =>
    expectSteps(aWanted({ generation: 2 }), aFact({ power: 'shutdown', stoppedByItself: true }), 'accept'));
  test('a soft reboot asks, a hard one does not', () => {
    const soft = aWanted({ restarts: 1, restartKind: 'soft' });
    expectSteps(soft, aFact({ wanted: soft }), 'shut-down');
    const hard = aWanted({ restarts: 1, restartKind: 'hard' });
    expectSteps(hard, aFact({ wanted: hard }), 'kill');
  });
  test('a reboot is done once', () => expectSteps(aWanted({ restarts: 1 }), aFact({ restarts: 1 })));
  test('that it is to go is remembered before anything is taken from it', () => {
    const absent = aWanted({ generation: 2, power: 'absent' });
    expectSteps(absent, aFact(), 'accept');
    expectSteps(absent, aFact({ wanted: absent }), 'kill');
    expectSteps(absent, aFact({ wanted: absent, power: 'shutdown' }), 'remove');
  });
  test('what is wanted at a lower epoch is not done', () =>
    expect(nextSteps(aWanted({ epoch: 1, generation: 9 }), aFact({ wanted: aWanted({ epoch: 2 }) })).kind).toBe(
      'stale',
    ));
});

/** What each step does to the facts, when it succeeds. */
function after(step: Step, wanted: GuestWanted, found: GuestFact | null): GuestFact | null {
  const fact = found ?? aFact({ wanted, power: 'shutdown', hasDisk: false });
  switch (step) {
    case 'accept':
      return {
        ...fact,
        wanted,
        stoppedByItself: found === null ? false : fact.stoppedByItself && !isNewer(wanted, fact),
        unaskedStarts: 0,
      };
    case 'prepare-disk':
      return { ...fact, hasDisk: true };
    case 'start':
      expect(fact).toMatchObject({ hasDisk: true, leftover: false });
      expect(['shutdown', 'crashed']).toContain(fact.power);
      return { ...fact, power: 'running', restarts: wanted.restarts };
    case 'shut-down':
      expect(fact.power).toBe('running');
      return { ...fact, power: 'shutdown' };
    case 'kill':
      return { ...fact, power: fact.power === 'suspended' ? 'suspended' : 'shutdown', leftover: false };
    case 'pause':
      return { ...fact, power: 'paused' };
    case 'unpause':
      expect(fact.power).toBe('paused');
      return { ...fact, power: 'running' };
    case 'suspend-to-disk':
      expect(['running', 'paused']).toContain(fact.power);
      return { ...fact, power: 'suspended' };
    case 'resume-from-disk':
      expect(fact).toMatchObject({ power: 'suspended', leftover: false });
      return { ...fact, power: 'running' };
    case 'discard-suspended':
      return { ...fact, power: 'shutdown' };
    case 'remove':
      return null;
  }
}

const isNewer = (wanted: GuestWanted, { wanted: known }: GuestFact): boolean =>
  wanted.epoch > known.epoch || (wanted.epoch === known.epoch && wanted.generation > known.generation);

const anyWanted = fc
  .record({
    power: fc.constantFrom(...WANTED_POWERS),
    epoch: fc.integer({ min: 1, max: 2 }),
    generation: fc.integer({ min: 1, max: 3 }),
    restarts: fc.integer({ min: 0, max: 2 }),
    restartKind: fc.constantFrom('soft' as const, 'hard' as const),
  })
  .map((part) => aWanted(part));

const anyFact = fc.option(
  fc
    .record({
      wanted: anyWanted,
      power: fc.constantFrom('running', 'paused', 'shutdown', 'crashed', 'suspended'),
      hasDisk: fc.boolean(),
      restarts: fc.integer({ min: 0, max: 2 }),
      stoppedByItself: fc.boolean(),
      leftover: fc.boolean(),
      unaskedStarts: fc.integer({ min: 0, max: UNASKED_STARTS_MAX - 1 }),
    })
    .map((part) =>
      aFact({
        ...part,
        hasDisk: part.hasDisk || part.power !== 'shutdown',
        stoppedByItself: part.stoppedByItself && part.power === 'shutdown',
        leftover: part.leftover && (part.power === 'shutdown' || part.power === 'suspended'),
      }),
    ),
);

describe('the whole way', () => {
  test('reaches what is wanted from everything that can be found, also when cut off after any step', () => {
    fc.assert(
      fc.property(anyWanted, anyFact, fc.infiniteStream(fc.boolean()), (wanted, first, cutOff) => {
        let found = first;
        for (let look = 0; look < 40; look++) {
          const decision = nextSteps(wanted, found);
          if (decision.kind === 'stale') {
            expect(found).toBe(first);
            return;
          }
          expect(decision.kind).toBe('steps');
          if (decision.kind !== 'steps' || decision.steps.length === 0) break;
          for (const step of decision.steps) {
            found = after(step, wanted, found);
            if (cutOff.next().value) break;
          }
        }
        if (wanted.power === 'absent') {
          expect(found).toBeNull();
          return;
        }
        const goal = wanted.power === 'stopped' || found?.stoppedByItself === true ? 'shutdown' : wanted.power;
        expect(found).toMatchObject({ power: goal, leftover: false });
        expect(found?.wanted).toMatchObject({ epoch: wanted.epoch, generation: wanted.generation });
        if (goal === 'shutdown') return;
        expect(found?.hasDisk).toBe(true);
        expect(found?.restarts).toBeGreaterThanOrEqual(wanted.restarts);
      }),
      { numRuns: 1_500 },
    );
  });

  test('nothing is ever done for something older than what was accepted', () => {
    fc.assert(
      fc.property(anyWanted, anyFact, (wanted, found) => {
        if (found === null) return;
        const older =
          wanted.epoch < found.wanted.epoch ||
          (wanted.epoch === found.wanted.epoch && wanted.generation < found.wanted.generation);
        expect(nextSteps(wanted, found).kind === 'stale').toBe(older);
      }),
      { numRuns: 2_000 },
    );
  });
});
