import { member } from '#platform/objects/member.ts';
import type { Filter } from './filter.ts';

/**
 * Where aggregates of a host have `instance_type` in their metadata, one of them must name the flavor; commas separate names
 * (nova/scheduler/filters/type_filter.py). A request that does not tell its flavor matches no name.
 */
export const aggregateTypeAffinity: Filter = {
  name: 'aggregate-type-affinity',
  question:
    ({ flavorName }) =>
    ({ aggregates }) => {
      const flavors = aggregates.flatMap(({ metadata }) => member(metadata, 'instance_type')?.split(',') ?? []);
      return flavors.length === 0 || flavors.some((one) => one.trim() === flavorName)
        ? null
        : 'its aggregates are for other flavors';
    },
};
