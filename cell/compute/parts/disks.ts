import type { Step } from '../steps.ts';
import { type Part, partsOf } from './part.ts';

/** The disks of services of a machine that is up. A machine that is down gets its disks when it starts, and a suspended one when it runs again. */
export const disks: Part = (desired, { disks: observed, power }) => {
  if (observed === null || (power !== 'running' && power !== 'paused')) return {};
  const { disks: asked } = partsOf(desired);
  const superfluous = observed.filter(({ diskId }) => !asked.some(({ id }) => id === diskId));
  const missing = asked.filter(
    ({ id }) => !observed.some(({ diskId, state }) => diskId === id && state === 'attached'),
  );
  return {
    afterwards: [
      ...superfluous.map(({ diskId }): Step => ({ action: 'detach-disk', diskId })),
      ...missing.map((disk): Step => ({ action: 'attach-disk', disk })),
    ],
  };
};
