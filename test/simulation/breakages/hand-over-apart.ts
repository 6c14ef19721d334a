import type { GlobalDeps } from '../../../super-conductor/deps.ts';
import { apart } from './apart.ts';
import type { Breakage } from './breakage.ts';
import { swapStep } from './swap-step.ts';

/** The point of no return without its record: done again, it finds the server where it did not leave it. */
export const handOverApart: Breakage = {
  name: 'hand-over-apart',
  what: 'a move flips the home in one transaction and notes it in another',
  operations: (definitions) =>
    swapStep(definitions, 'move-server', 'hand-over', (step) =>
      apart(step, (deps) => (deps as unknown as GlobalDeps).directory),
    ),
};
