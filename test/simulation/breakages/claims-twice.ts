import type { CellParts } from '../../../cell/conductor/parts.ts';
import { apart } from './apart.ts';
import type { Breakage } from './breakage.ts';
import { swapStep } from './swap-step.ts';

/** A step that is not idempotent: done again after a crash between its effect and its record, it takes its room a second time. */
export const claimsTwice: Breakage = {
  name: 'claims-twice',
  what: 'the first step of a resize commits its claim apart from its record',
  operations: (definitions) =>
    swapStep(definitions, 'resize', 'claim-target', (step) =>
      apart(step, (deps) => (deps as unknown as CellParts).database),
    ),
};
