import { type Part, partsOf } from './part.ts';

/** Disks that are to be made anew. */
export const rebuild: Part = (desired, observed) => {
  const { count, preserveEphemeral } = partsOf(desired).rebuild;
  if (observed.rebuilds >= count) return {};
  return {
    restart: true,
    whileDown: [{ action: 'discard-disks', rebuild: count, keepEphemeral: preserveEphemeral }],
  };
};
