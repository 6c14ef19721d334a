import { traitsOfHost } from '#platform/objects/host-traits.ts';
import type { HostView } from '../host-view.ts';
import type { Filter } from './filter.ts';

/** `trait:HW_CPU_X86_AVX2`; a group of a flavor (`trait1:`) is of the same host, since a host is one provider. */
const TRAIT = /^trait[a-zA-Z0-9_-]{0,64}:([A-Z0-9_]+)$/;

/** The traits that the flavor and the image require or forbid, by Nova's names: those that the host says of itself, and those that operators gave it. */
export const traits: Filter = {
  name: 'traits',
  question: ({ flavorExtraSpecs, imageProperties }) => {
    const asked = [...traitsIn(flavorExtraSpecs, 'flavor'), ...traitsIn(imageProperties, 'image')];
    if (asked.length === 0) return null;
    return (view) => {
      const has = traitsOf(view);
      for (const { trait, word, by } of asked) {
        if (word === 'required' && !has.has(trait))
          return `it does not have the trait ${trait}, which the ${by} requires`;
        if (word === 'forbidden' && has.has(trait)) return `it has the trait ${trait}, which the ${by} forbids`;
      }
      return null;
    };
  },
};

const traitsIn = (specs: Readonly<Record<string, unknown>>, by: 'flavor' | 'image') =>
  Object.entries(specs).flatMap(([key, word]) => {
    const trait = TRAIT.exec(key)?.[1];
    return trait === undefined ? [] : [{ trait, word, by }];
  });

const traitsOf = ({ host, customTraits }: HostView): ReadonlySet<string> =>
  new Set([...traitsOfHost(host), ...customTraits]);
