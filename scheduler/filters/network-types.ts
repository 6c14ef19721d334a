import { notCarried } from '#platform/objects/segment-types.ts';
import type { Filter } from './filter.ts';

/** Excludes a host that does not carry a network of the server. A host that does not tell is taken to carry any. */
export const networkTypes: Filter = {
  name: 'network-types',
  question: ({ segmentTypes = [] }) =>
    segmentTypes.length === 0
      ? null
      : ({ host }) => {
          const missing = notCarried(host.segmentTypes, segmentTypes);
          return missing === undefined ? null : `it does not carry networks of the type ${missing}`;
        },
};
