import type { Breakage } from './breakage.ts';
import { swapStep } from './swap-step.ts';

/** An undo that does nothing: whatever the step took stays taken. */
export const undoForgets: Breakage = {
  name: 'undo-forgets',
  what: 'on the way back a resize does not start the old guest again',
  focus: 'resize',
  operations: (definitions) =>
    swapStep(definitions, 'resize', 'stop-source', (step) => ({ ...step, undo: { reason: 'it is forgotten' } })),
};
