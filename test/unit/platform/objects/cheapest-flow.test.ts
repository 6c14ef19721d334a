import { expect, it } from 'vitest';
import { cheapestFlow } from '#platform/objects/cheapest-flow.ts';
import { SeededRandom } from '../../scheduler/seeded-random.ts';

const PROBLEMS = 3_000;

type Problem = Parameters<typeof cheapestFlow>[0];

function someProblem(random: SeededRandom): Problem {
  const [rows, columns] = [1 + random.below(4), random.below(4)];
  return {
    desired: Array.from({ length: rows }, () => 1 + random.below(2)),
    present: Array.from({ length: columns }, () => random.below(3)),
    costs: Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => (random.once(3) ? null : random.below(3))),
    ),
  };
}

/** The largest amount and its lowest cost, by trying everything. */
function bestOf({ desired, present, costs }: Problem): readonly [amount: number, cost: number] {
  const ones = desired.flatMap((amount, row) => Array.from({ length: amount }, () => row));
  const left = [...present];
  const best = (at: number): readonly [number, number] => {
    const row = ones[at];
    if (row === undefined) return [0, 0];
    let found = best(at + 1);
    costs[row]?.forEach((cost, column) => {
      if (cost === null || left[column] === 0) return;
      left[column] = (left[column] ?? 0) - 1;
      const [amount, sum] = best(at + 1);
      left[column] = (left[column] ?? 0) + 1;
      if (amount + 1 > found[0] || (amount + 1 === found[0] && sum + cost < found[1])) found = [amount + 1, sum + cost];
    });
    return found;
  };
  return best(0);
}

const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);

it('gives as much as can be given, for the lowest cost', () => {
  const random = new SeededRandom(92);
  for (let count = 0; count < PROBLEMS; count++) {
    const problem = someProblem(random);
    const { desired, present, costs } = problem;
    const flow = cheapestFlow(problem);
    for (const [row, ofRow] of flow.entries()) {
      expect(sum(ofRow)).toBeLessThanOrEqual(desired[row] ?? 0);
      for (const [column, amount] of ofRow.entries())
        if (amount !== 0) expect([amount > 0, costs[row]?.[column]]).toEqual([true, expect.any(Number)]);
    }
    for (const [column, amount] of present.entries())
      expect(sum(flow.map((ofRow) => ofRow[column] ?? 0))).toBeLessThanOrEqual(amount);
    const cost = sum(
      flow.map((ofRow, row) => sum(ofRow.map((amount, column) => amount * (costs[row]?.[column] ?? 0)))),
    );
    expect([sum(flow.map(sum)), cost]).toEqual(bestOf(problem));
  }
});
