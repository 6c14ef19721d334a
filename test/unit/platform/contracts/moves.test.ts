import { describe, expect, it } from 'vitest';
import { MOVE_IN, MOVE_OUT, MOVE_STEPS } from '#platform/contracts/moves.ts';
import { moveServer } from '../../../../super-conductor/operations/move-server.ts';

describe('the phases of a move', () => {
  it('are ordered in this order, and reached in this one', () => {
    expect(MOVE_OUT.phases).toEqual(['begin', 'stop', 'fence', 'release']);
    expect(MOVE_OUT.reachable).toEqual(['none', 'begin', 'stop', 'fence', 'release', 'undone', 'gone']);
    expect(MOVE_IN.phases).toEqual(['prepare', 'copy', 'arrive', 'start']);
    expect(MOVE_IN.reachable).toEqual(['none', 'prepare', 'copy', 'arrive', 'revealed', 'start', 'undone', 'gone']);
  });

  it('are carried out by an operation with these steps', () => {
    expect(moveServer.steps.map(({ name }) => name)).toEqual([...MOVE_STEPS]);
    expect(moveServer.steps.find((step) => step.pointOfNoReturn === true)?.name).toBe('hand-over');
  });

  const SOURCE = { name: 'source', part: MOVE_OUT, phases: ['begin', 'stop', 'fence'], last: 'release' } as const;
  const TARGET = { name: 'target', part: MOVE_IN, phases: ['prepare', 'copy', 'arrive'], last: 'start' } as const;
  describe.each([SOURCE, TARGET])('in the $name', ({ part: one, phases: inOrder, last }) => {
    // Both parts are one mechanism: what is said of it here holds for the strings of either.
    const part = one as typeof MOVE_OUT;
    const phases = inOrder as (typeof SOURCE)['phases'];
    const end = last as 'release';
    const [first, second, third] = phases;
    const requests = [...part.phases, 'abort'] as const;

    it('an order never takes back an earlier one', () => {
      for (const [index, before] of part.phases.entries())
        for (const [later, phase] of part.phases.entries())
          expect(part.requestedAfter(before, phase)).toBe(later > index ? phase : before);
    });

    it('an abort is final, and too late after the last phase', () => {
      for (const phase of requests) {
        expect(part.requestedAfter('abort', phase)).toBe('abort');
        expect(part.requestedAfter(end, phase)).toBe(end);
      }
      for (const before of [first, second, third]) expect(part.requestedAfter(before, 'abort')).toBe('abort');
    });

    it('the operation goes as far as is ordered, and nowhere after an abort', () => {
      expect([part.allows(first, second), part.allows(second, second), part.allows(third, second)]).toEqual([
        ...[false, true, true],
      ]);
      for (const phase of part.phases) expect(part.allows('abort', phase)).toBe(false);
    });

    it('nothing is reached before it began, or after it was given up', () => {
      for (const phase of part.phases)
        for (const reached of ['none', 'undone', 'gone'] as const) expect(part.hasReached(reached, phase)).toBe(false);
      expect([part.hasReached(first, second), part.hasReached(third, second)]).toEqual([false, true]);
      expect(part.reachable.filter((reached) => part.hasGivenUp(reached))).toEqual(['undone', 'gone']);
    });

    it('has ended with its last phase, or when it was given up; then every order is carried out', () => {
      const ends = part.reachable.filter((reached) => part.hasEnded(reached));
      expect(ends).toEqual([last, 'undone', 'gone']);
      for (const reached of ends) for (const phase of requests) expect(part.isCarriedOut(reached, phase)).toBe(true);
      expect(part.isCarriedOut(second, first)).toBe(true);
      expect(part.isCarriedOut(first, second)).toBe(false);
      expect(part.isCarriedOut(third, 'abort')).toBe(false);
    });
  });

  it('has reached the arrival, and not the start, when the server is in lists of the target', () => {
    expect([MOVE_IN.hasReached('revealed', 'arrive'), MOVE_IN.hasReached('revealed', 'start')]).toEqual([true, false]);
    expect(MOVE_IN.hasEnded('revealed')).toBe(false);
  });
});
