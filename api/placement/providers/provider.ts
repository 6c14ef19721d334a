import { type Aggregate, hasHost } from '#platform/directory/stores/aggregates.ts';
import type { HostTraits } from '#platform/directory/stores/host-traits.ts';
import type { Claim } from '#platform/objects/claim.ts';
import { parseCpuSet } from '#platform/objects/cpu-set.ts';
import { dedicatedUsed } from '#platform/objects/guest-placement.ts';
import { capacity, type Host } from '#platform/objects/host.ts';
import type { HostDevice } from '#platform/objects/host-device.ts';
import { traitsOfHost } from '#platform/objects/host-traits.ts';
import type { CellDoor } from '../../cross-cell/cell-doors.ts';

/** What a host offers of a resource class. A claim takes any whole amount up to the capacity that is left. */
interface Inventory {
  readonly total: number;
  readonly reserved: number;
  readonly min_unit: number;
  readonly max_unit: number;
  readonly step_size: number;
  readonly allocation_ratio: number;
}

/** A host of some cell as a resource provider: the root of a tree of its own, without children. */
export interface Provider {
  /** The id of the host, which is that of its hypervisor in the Compute API too. */
  readonly id: string;
  readonly name: string;
  /** Grows with every change of the host, of its claims and of its custom traits. */
  readonly generation: number;
  readonly inventories: ReadonlyMap<string, Inventory>;
  readonly capacities: ReadonlyMap<string, number>;
  readonly used: ReadonlyMap<string, number>;
  /** In alphabetical order. */
  readonly traits: readonly string[];
  /** Uuids of the host aggregates that it is in. */
  readonly aggregates: readonly string[];
  /** The revision of its custom traits. */
  readonly traitRevision: number;
  readonly host: Host;
  readonly cell: CellDoor;
}

/** The resource classes that hosts have, and the members of `Resources` that count them. */
const CLASSES = [
  ['VCPU', 'vcpus'],
  ['MEMORY_MB', 'ramMb'],
  ['DISK_GB', 'diskGb'],
] as const;

/** CPUs that guests have for themselves. The claims of its NUMA nodes count them. */
const DEDICATED = 'PCPU';

/** Amounts by class; a class of which there is nothing is left out. */
export const amountsOf = ({
  resources,
  dedicatedCpus = 0,
  devices = [],
}: Pick<Claim, 'resources' | 'dedicatedCpus' | 'devices'>) =>
  new Map<string, number>([
    ...CLASSES.flatMap(([name, key]) => (resources[key] > 0 ? [[name, resources[key]] as const] : [])),
    ...(dedicatedCpus > 0 ? [[DEDICATED, dedicatedCpus] as const] : []),
    ...deviceCounts(devices),
  ]);

function deviceCounts(devices: readonly HostDevice[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { resourceClass } of devices) counts.set(resourceClass, (counts.get(resourceClass) ?? 0) + 1);
  return counts;
}

interface WholeClass {
  readonly name: string;
  readonly total: number;
  readonly used: number;
}

/** The classes of what guests have for themselves: no part of it is given twice. */
function wholeClassesOf({ nodes = [], nodesUsed = [], devices = [], devicesUsed = [] }: Host): readonly WholeClass[] {
  const dedicated = nodes.reduce((sum, node) => sum + parseCpuSet(node.dedicated).length, 0);
  const used = deviceCounts(devices.filter(({ address }) => devicesUsed.includes(address)));
  return [
    ...(dedicated === 0 ? [] : [{ name: DEDICATED, total: dedicated, used: dedicatedUsed(nodesUsed) }]),
    ...[...deviceCounts(devices)].map(([name, total]) => ({ name, total, used: used.get(name) ?? 0 })),
  ];
}

/** The largest amount that the Placement API can say. */
const MAX_AMOUNT = 2 ** 31 - 1;
const bounded = (amount: number): number => Math.min(Math.max(0, amount), MAX_AMOUNT);

interface Described {
  readonly aggregates: readonly Aggregate[];
  /** By `traitKey`. */
  readonly traits: ReadonlyMap<string, HostTraits>;
}

/** Names the custom traits of a host of a cell. */
export const traitKey = (cellId: string, hostName: string): string => `${cellId} ${hostName}`;

/** Pure. */
export function providerOf(host: Host, cell: CellDoor, { aggregates, traits }: Described): Provider {
  const most = capacity(host);
  const present = CLASSES.filter(([, key]) => host.total[key] > 0);
  const whole = wholeClassesOf(host);
  const custom = traits.get(traitKey(cell.id, host.name));
  const traitRevision = custom?.revision ?? 0;
  return {
    id: host.id,
    name: host.node,
    generation: host.version + traitRevision,
    inventories: new Map([
      ...present.map(([name, key]): [string, Inventory] => [
        name,
        {
          total: bounded(host.total[key]),
          reserved: bounded(Math.min(host.reserved[key], host.total[key])),
          min_unit: 1,
          // A claim is compared with the capacity alone.
          max_unit: Math.max(1, bounded(most[key])),
          step_size: 1,
          allocation_ratio: host.ratios[key],
        },
      ]),
      ...whole.map(({ name, total }): [string, Inventory] => [
        name,
        { total, reserved: 0, min_unit: 1, max_unit: total, step_size: 1, allocation_ratio: 1 },
      ]),
    ]),
    capacities: new Map([
      ...present.map(([name, key]) => [name, bounded(most[key])] as const),
      ...whole.map(({ name, total }) => [name, total] as const),
    ]),
    used: new Map([
      ...present.map(([name, key]) => [name, bounded(host.used[key])] as const),
      ...whole.map(({ name, used }) => [name, used] as const),
    ]),
    traits: [...new Set([...traitsOfHost(host), ...(custom?.traits ?? [])])].sort(),
    aggregates: aggregates.filter((one) => hasHost(one, host.name, cell.id)).map(({ uuid }) => uuid),
    traitRevision,
    host,
    cell,
  };
}

/** Whether the provider could take these amounts now. */
export const hasCapacity = ({ capacities, used }: Provider, amounts: ReadonlyMap<string, number>): boolean =>
  [...amounts].every(([name, amount]) => {
    const most = capacities.get(name);
    return most !== undefined && (used.get(name) ?? 0) + amount <= most;
  });
