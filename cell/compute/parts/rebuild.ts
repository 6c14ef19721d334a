import type { Step } from '../steps.ts';
import { type Part, partsOf } from './part.ts';

/** Disks that are to be made anew. */
export const rebuild: Part = (desired, observed) => {
  const { count, preserveEphemeral } = partsOf(desired).rebuild;
  if (observed.rebuilds >= count) return {};
  // An image that cannot be had, or is not what it says it is, costs nobody a disk.
  const fetch: Step = { action: 'fetch-image' };
  return {
    restart: true,
    beforeRestart: [fetch],
    whileDown: [fetch, { action: 'discard-disks', rebuild: count, keepEphemeral: preserveEphemeral }],
  };
};
