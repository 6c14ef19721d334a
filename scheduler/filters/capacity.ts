import { capacity as capacityOf, type Host } from '#platform/objects/host.ts';
import type { Resources } from '#platform/objects/resources.ts';
import type { Filter } from './filter.ts';

/**
 * Checks the capacity for one kind of resource. Allocation ratios let all guests together exceed the physical amount. A single guest may not
 * exceed it (like Nova's `max_unit`), except for disk, because a disk takes no space before the guest writes to it.
 */
const capacityFilter = (key: keyof Resources, word: string, unit: string): Filter => {
  const tooLarge = `it has less ${word} than requested`;
  const tooFull = `it has too little free ${word}`;
  return {
    name: `capacity-${word}`,
    capacity: { key, tooLarge, tooFull, lacks: (amount) => `${amount} ${unit} too few` },
    question: ({ resources }) => {
      const requested = resources[key];
      if (requested === 0) return null;
      return ({ host, capacity, used }) => {
        if (requested > largestGuest(host, capacity)[key]) return tooLarge;
        return used[key] + requested > capacity[key] ? tooFull : null;
      };
    },
  };
};

const WITHOUT_RATIOS = { vcpus: 1, ramMb: 1, diskGb: 1 };

/** The most that one guest may have on a host with this capacity. */
export function largestGuest(host: Host, capacity: Resources): Resources {
  const physical = capacityOf({ total: host.total, reserved: host.reserved, ratios: WITHOUT_RATIOS });
  return {
    vcpus: Math.min(capacity.vcpus, physical.vcpus),
    ramMb: Math.min(capacity.ramMb, physical.ramMb),
    diskGb: capacity.diskGb,
  };
}

export const vcpuCapacity = capacityFilter('vcpus', 'VCPU', 'VCPUs');
export const ramCapacity = capacityFilter('ramMb', 'RAM', 'MB of RAM');
export const diskCapacity = capacityFilter('diskGb', 'disk', 'GB of disk');
