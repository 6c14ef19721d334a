import { done } from '#platform/operations/definition.ts';
import type { Breakage } from './breakage.ts';
import { swapStep } from './swap-step.ts';

/** The home flips while the source may still be changed, and started. */
export const moveWithoutFence: Breakage = {
  name: 'move-without-fence',
  what: 'a move hands over without having stopped and fenced the source',
  operations: (definitions) =>
    swapStep(definitions, 'move-server', 'fence', (step) => ({ ...step, do: async () => done() })),
};
