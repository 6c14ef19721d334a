import type { Random } from './random.ts';

/** How long something quick takes, ms: a fraction of one mostly, tens of them now and then, so that everything overtakes everything. */
export function latency(random: Random): number {
  const chance = random.next();
  return 0.05 + (chance < 0.9 ? chance : chance < 0.99 ? chance * 8 : chance * 60);
}
