import type { Step } from '../steps.ts';
import type { Part } from './part.ts';

/** The network cards of a machine that is up, by the devices that they are plugged into. A machine that is down gets its cards when it starts. */
export const interfaces: Part = (desired, { cards, power }) => {
  if (cards === null || (power !== 'running' && power !== 'paused')) return {};
  const { nics } = desired.spec;
  const superfluous = cards.filter((tapName) => !nics.some((nic) => nic.tapName === tapName));
  const missing = nics.filter(({ tapName }) => !cards.includes(tapName));
  return {
    afterwards: [
      ...superfluous.map((tapName): Step => ({ action: 'detach-card', tapName })),
      ...missing.map((nic): Step => ({ action: 'attach-card', nic })),
    ],
  };
};
