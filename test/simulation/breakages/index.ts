import { abortForgets } from './abort-forgets.ts';
import type { Breakage } from './breakage.ts';
import { fenceIgnored } from './fence-ignored.ts';
import { splitClaim } from './split-claim.ts';
import { undoForgets } from './undo-forgets.ts';

/** Faults that the simulation must find. */
export const BREAKAGES: readonly Breakage[] = [splitClaim, undoForgets, abortForgets, fenceIgnored];

export const breakageNamed = (name: string): Breakage => {
  const found = BREAKAGES.find((breakage) => breakage.name === name);
  if (found === undefined)
    throw new Error(`no breakage ${name}: there are ${BREAKAGES.map((one) => one.name).join(', ')}`);
  return found;
};
