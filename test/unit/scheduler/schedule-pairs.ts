import { isDeepStrictEqual } from 'node:util';
import { schedule } from '../../../scheduler/schedule.ts';
import { VerdictMemory } from '../../../scheduler/verdicts.ts';
import { ChangingRegion } from './changing-region.ts';
import { referenceSchedule } from './reference-schedule.ts';
import { SeededRandom } from './seeded-random.ts';

/** How many decisions one region is asked for before the next one. */
const PAIRS_OF_REGION = 50;

interface Compared {
  readonly pairs: number;
  /** With at least one candidate. */
  readonly placed: number;
  readonly hostsConsidered: number;
  /** Of the first pair that differs. */
  readonly difference: { readonly seed: number; readonly pair: number; readonly text: string } | null;
}

/** Compares `schedule` with the reference on generated requests in generated regions, which change between two requests. */
export function compareSchedules(firstSeed: number, pairs: number): Compared {
  let [placed, hostsConsidered] = [0, 0];
  for (let done = 0, seed = firstSeed; done < pairs; seed++) {
    const random = new SeededRandom(seed);
    const region = new ChangingRegion(random);
    const memory = new VerdictMemory();
    // What is kept of hosts is used where they stay as they are for some decisions.
    const isStill = random.once(2);
    const changesNow = () => (isStill ? Number(random.once(12)) : random.below(4));
    for (let pair = 0; pair < PAIRS_OF_REGION && done < pairs; pair++, done++) {
      for (let changes = changesNow(); changes > 0; changes--) region.change();
      const request = region.request(pair);
      const decision = schedule(request, region, region.policy, memory);
      const expected = referenceSchedule(request, region, region.policy);
      if (decision.candidates.length > 0) placed += 1;
      hostsConsidered += decision.hostsConsidered;
      if (isDeepStrictEqual(decision, expected)) continue;
      const text = JSON.stringify({ request, decision, expected }, null, 1);
      return { pairs: done + 1, placed, hostsConsidered, difference: { seed, pair, text } };
    }
  }
  return { pairs, placed, hostsConsidered, difference: null };
}
