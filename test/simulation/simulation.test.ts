import { describe, expect, it } from 'vitest';
import { BREAKAGES } from './breakages/index.ts';
import type { History } from './history/run-history.ts';
import { simulate } from './simulation.ts';

const seedsOf = (wrong: readonly History[]) =>
  wrong.map(({ seed, violations }) => `seed ${seed}: ${violations.join('; ')}`);
/** From where each is looked for: not far before the seed that finds it today. Another seed does when the code has changed. */
const LOOK_FROM: Readonly<Record<string, number>> = {
  'split-claim': 80,
  'undo-forgets': 35,
  'abort-forgets': 48,
  'fence-ignored': 6,
};

describe('the simulation', () => {
  it('finds nothing wrong in the first histories', async () => {
    const { wrong, histories, crashes } = await simulate({ firstSeed: 1, histories: 100, workers: 2 });
    expect(seedsOf(wrong)).toEqual([]);
    expect(histories).toBe(100);
    expect(crashes).toBeGreaterThan(100);
  });

  it('tells the same history of the same seed', async () => {
    const tellOf = async () => {
      const lines: string[] = [];
      const { events } = await simulate({ firstSeed: 7, histories: 1, workers: 1, onLine: (line) => lines.push(line) });
      return { events, lines };
    };
    const [first, second] = [await tellOf(), await tellOf()];
    expect(first.lines.length).toBeGreaterThan(10);
    expect(second).toEqual(first);
  });

  it.each(BREAKAGES)('finds what is broken: $what', async ({ name }) => {
    const found = await simulate({
      firstSeed: LOOK_FROM[name] ?? 1,
      histories: 1_000,
      workers: 2,
      breakage: name,
      untilFound: true,
    });
    const [first] = found.wrong;
    expect(first).toBeDefined();
    const again = await simulate({ firstSeed: first?.seed ?? 0, histories: 1, workers: 1, breakage: name });
    expect(again.wrong[0]?.violations).toEqual(first?.violations);
  });
});
