import type { Filter } from './filter.ts';

export const availabilityZone: Filter = {
  name: 'availability-zone',
  question: ({ availabilityZone: requested }) =>
    requested === null ? null : ({ zone }) => (zone === requested ? null : 'it is not in the requested zone'),
};
