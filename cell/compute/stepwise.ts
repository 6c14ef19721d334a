import type { StepContext } from './drivers/driver.ts';

/** Progress is told when it has grown by so much, percent, and also by less after so long, ms. */
const PROGRESS_STEP = 10;
const PROGRESS_EVERY_MS = 1_000;

/**
 * Passes on what is worth a report: percents that grow, and how far a live migration is. That may send the same memory again and again, so
 * that more is left than before; the percents that are told of it stay where they were.
 * @param now ms since the epoch
 */
export function stepwise(tell: StepContext['progress'], now: () => number = Date.now): StepContext['progress'] {
  const told = { percent: 0, atMs: now() };
  return (percent, outgoing) => {
    const grown = percent - told.percent;
    const atMs = now();
    if (grown < 1 && outgoing === undefined) return;
    if (grown < PROGRESS_STEP && atMs - told.atMs < PROGRESS_EVERY_MS) return;
    Object.assign(told, { percent: Math.max(percent, told.percent), atMs });
    tell(told.percent, outgoing);
  };
}
