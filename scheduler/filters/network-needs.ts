import { notOffered } from '#platform/objects/network-needs.ts';
import type { Filter } from './filter.ts';

/** Excludes a host that does not offer what the ports of the server need. A host that does not tell is taken to offer it. */
export const networkNeeds: Filter = {
  name: 'network-needs',
  question: ({ segmentTypes = [], tagsFrames = false }) =>
    segmentTypes.length === 0 && !tagsFrames
      ? null
      : ({ host }) => {
          const missing = notOffered(host, { segmentTypes, tagsFrames });
          return missing === null ? null : `it ${missing}`;
        },
};
