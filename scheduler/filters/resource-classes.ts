import { deviceClassesOf } from '#platform/objects/device-request.ts';
import type { Host } from '#platform/objects/host.ts';
import type { Filter } from './filter.ts';

/**
 * A flavor that asks for a resource class finds no host without an inventory of it. Hosts have inventories of their CPUs, memory and disk, and of the
 * classes of their devices.
 */
export const resourceClasses: Filter = {
  name: 'resource-classes',
  question: ({ flavorExtraSpecs }) => {
    const asked = [...deviceClassesOf(flavorExtraSpecs)];
    if (asked.length === 0) return null;
    return ({ host }) => {
      const lacking = asked.find(([name, amount]) => !(countOf(host, name) >= amount));
      if (lacking === undefined) return null;
      const [name] = lacking;
      return countOf(host, name) === 0
        ? `it has no inventory of ${name}, which the flavor asks for`
        : `its inventory of ${name} is smaller than what the flavor asks for`;
    };
  },
};

const countOf = ({ devices = [] }: Host, name: string): number =>
  devices.filter(({ resourceClass }) => resourceClass === name).length;
