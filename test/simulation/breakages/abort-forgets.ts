import type { Breakage } from './breakage.ts';
import { swapStep } from './swap-step.ts';

/** The way back of a move does not reach the guest: it stays stopped. */
export const abortForgets: Breakage = {
  name: 'abort-forgets',
  what: 'the source of a move that goes back does not start its guest again',
  focus: 'move',
  operations: (definitions) =>
    swapStep(definitions, 'moveOut', 'stop-guest', (step) => ({ ...step, undo: { reason: 'it is forgotten' } })),
};
