import { devicesLeft } from '../free-on-host.ts';
import type { Weigher } from './weigher.ts';

/** As in Nova: hosts with more are weighed alike. */
const MAX_FREE = 99;

/**
 * Prefers hosts with fewer free devices: a server that asks for none goes to hosts that have none, and one that asks for some goes where few are left
 * over (Nova's PCIWeigher).
 */
export const pci: Weigher = {
  name: 'pci',
  multiplier: 1,
  aggregateKey: 'pci_weight_multiplier',
  weight: () => (view) => 0 - Math.min(devicesLeft(view), MAX_FREE),
};
