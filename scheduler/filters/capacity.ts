import { capacity as capacityOf } from '#platform/objects/host.ts';
import type { Resources } from '#platform/objects/resources.ts';
import type { Filter } from './filter.ts';

/**
 * Checks the capacity for one kind of resource. Allocation ratios let all guests together exceed the physical amount. A single guest may not
 * exceed it (like Nova's `max_unit`), except for disk, because a disk takes no space before the guest writes to it.
 */
const capacityFilter = (key: keyof Resources, word: string, single: boolean): Filter => ({
  name: `capacity-${word}`,
  question: ({ resources }) => {
    const requested = resources[key];
    if (requested === 0) return null;
    const tooLarge = `it has less ${word} than requested`;
    const tooFull = `it has too little free ${word}`;
    return ({ host, capacity, used }) => {
      const max = single
        ? Math.min(capacity[key], capacityOf({ ...host, ratios: WITHOUT_RATIOS })[key])
        : capacity[key];
      if (requested > max) return tooLarge;
      return used[key] + requested > capacity[key] ? tooFull : null;
    };
  },
});

const WITHOUT_RATIOS = { vcpus: 1, ramMb: 1, diskGb: 1 };

export const vcpuCapacity = capacityFilter('vcpus', 'VCPU', true);
export const ramCapacity = capacityFilter('ramMb', 'RAM', true);
export const diskCapacity = capacityFilter('diskGb', 'disk', false);
