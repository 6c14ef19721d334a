import type { Step } from '../steps.ts';
import { hasMachine, type Part, partsOf } from './part.ts';

/** What the machine starts from: its root disk, or a rescue's. */
export const boot: Part = (desired, observed) => {
  const { boot: source } = partsOf(desired);
  const { rescueId, rescueDiskId } = observed;
  const desiredId = source.from === 'rescue' ? source.rescueId : null;
  const discard: readonly Step[] = rescueDiskId === null ? [] : [{ action: 'discard-rescue' }];
  const prepare: readonly Step[] =
    source.from === 'rescue' ? [{ action: 'prepare-rescue', rescueId: source.rescueId, image: source.image }] : [];
  if (hasMachine(observed) && rescueId !== desiredId) {
    const isReady = desiredId === null || desiredId === rescueDiskId || rescueId !== null;
    return { restart: true, beforeRestart: isReady ? [] : [...discard, ...prepare] };
  }
  if (desiredId === rescueDiskId) return {};
  // A disk of an earlier rescue is in the way of the next one.
  return { whileDown: discard, beforeStart: prepare, ...(hasMachine(observed) ? { afterwards: discard } : {}) };
};
