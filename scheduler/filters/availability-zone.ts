import type { Filter } from './filter.ts';

export const availabilityZone: Filter = {
  name: 'availability-zone',
  question: ({ availabilityZone: wanted }) =>
    wanted === null ? null : ({ zone }) => (zone === wanted ? null : 'it is not in the zone'),
};
