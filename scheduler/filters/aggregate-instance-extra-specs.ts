import { member } from '#platform/objects/member.ts';
import type { Filter } from './filter.ts';
import { matchesSpec } from './match-spec.ts';

const SCOPE = 'aggregate_instance_extra_specs:';

/** The flavor's extra specs of this scope hold for the metadata of the host's aggregates; each for at least one of them. */
export const aggregateInstanceExtraSpecs: Filter = {
  name: 'aggregate-instance-extra-specs',
  question: ({ flavorExtraSpecs }) => {
    const wanted = Object.entries(flavorExtraSpecs).flatMap(([key, spec]) =>
      key.startsWith(SCOPE) ? [[key.slice(SCOPE.length), spec] as const] : [],
    );
    if (wanted.length === 0) return null;
    return ({ aggregates }) => {
      for (const [key, spec] of wanted) {
        const values = aggregates.flatMap(
          ({ metadata }) =>
            member(metadata, key)
              ?.split(',')
              .map((part) => part.trim()) ?? [],
        );
        if (!values.some((value) => matchesSpec(value, spec))) return `no aggregate of it has the flavor's ${key}`;
      }
      return null;
    };
  },
};
