import { member } from '#platform/objects/member.ts';
import type { Filter } from './filter.ts';
import { matchesSpec } from './match-spec.ts';

const SCOPE = 'aggregate_instance_extra_specs:';

/** Each extra spec of this scope must match the metadata of at least one aggregate of the host. */
export const aggregateInstanceExtraSpecs: Filter = {
  name: 'aggregate-instance-extra-specs',
  question: ({ flavorExtraSpecs }) => {
    const required = Object.entries(flavorExtraSpecs).flatMap(([key, spec]) =>
      key.startsWith(SCOPE) ? [[key.slice(SCOPE.length), spec] as const] : [],
    );
    if (required.length === 0) return null;
    return ({ aggregates }) => {
      for (const [key, spec] of required) {
        const values = aggregates.flatMap(
          ({ metadata }) =>
            member(metadata, key)
              ?.split(',')
              .map((part) => part.trim()) ?? [],
        );
        if (!values.some((value) => matchesSpec(value, spec))) return `none of its aggregates has the flavor's ${key}`;
      }
      return null;
    };
  },
};
