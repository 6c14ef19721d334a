import { capacity as capacityOf } from '#platform/objects/host.ts';
import type { Resources } from '#platform/objects/resources.ts';
import type { Filter } from './filter.ts';

/**
 * Room for one kind of resource. Ratios let the sum of the guests pass what the host has; a single guest may not have more of it than is
 * there (as Nova's `max_unit`), except disk, of which nothing is set aside before it is written.
 */
const room = (key: keyof Resources, word: string, single: boolean): Filter => ({
  name: `capacity-${word}`,
  question: ({ resources }) => {
    const wanted = resources[key];
    if (wanted === 0) return null;
    const tooLarge = `it has less ${word} than is asked for`;
    const tooFull = `it has too little ${word} free`;
    return ({ host, capacity, used }) => {
      const most = single
        ? Math.min(capacity[key], capacityOf({ ...host, ratios: WITHOUT_RATIOS })[key])
        : capacity[key];
      if (wanted > most) return tooLarge;
      return used[key] + wanted > capacity[key] ? tooFull : null;
    };
  },
});

const WITHOUT_RATIOS = { vcpus: 1, ramMb: 1, diskGb: 1 };

export const vcpuCapacity = room('vcpus', 'VCPU', true);
export const ramCapacity = room('ramMb', 'RAM', true);
export const diskCapacity = room('diskGb', 'disk', false);
