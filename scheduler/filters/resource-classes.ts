import type { Filter } from './filter.ts';

/** `resources:CUSTOM_LICENSE=1`, also of a group of the flavor (`resources1:`). */
const RESOURCES = /^resources[a-zA-Z0-9_-]{0,64}:([A-Z0-9_]+)$/;

/** The resource classes of which hosts have an inventory; their amounts are those of the flavor, and PCPU makes its CPUs dedicated ones. */
const ON_HOSTS = ['VCPU', 'MEMORY_MB', 'DISK_GB', 'PCPU'];

/** A flavor that asks for a resource class finds no host without an inventory of it, and no host has one of another class. */
export const resourceClasses: Filter = {
  name: 'resource-classes',
  question: ({ flavorExtraSpecs }) => {
    const foreign = Object.entries(flavorExtraSpecs).flatMap(([key, amount]) => {
      const name = RESOURCES.exec(key)?.[1];
      return name === undefined || ON_HOSTS.includes(name) || Number(amount) === 0 ? [] : [name];
    });
    const [first] = foreign;
    return first === undefined ? null : () => `it has no inventory of ${first}, which the flavor asks for`;
  },
};
