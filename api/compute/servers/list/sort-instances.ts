import { type InstancePage, type InstanceSort, SORT_KEYS, type SortKey } from '#platform/contracts/door.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import { naiveTimeOrNull } from '../../naive-time.ts';

type SortValue = NonNullable<InstancePage['after']>[number];

/** The order of a list that asks for none: newest first. */
export const DEFAULT_SORT: readonly InstanceSort[] = [
  { key: 'created_at', direction: 'desc' },
  { key: 'uuid', direction: 'desc' },
];

/** With six digits always, so that moments compare as text. */
const moment = (iso: string | null): string | null => {
  const naive = naiveTimeOrNull(iso);
  return naive === null ? null : `${naive}Z`;
};

/** What a sort key means; the doors sort by the same values. */
const VALUES: Readonly<Record<SortKey, (instance: Instance) => SortValue>> = {
  access_ip_v4: (i) => i.accessIpV4,
  access_ip_v6: (i) => i.accessIpV6,
  auto_disk_config: (i) => i.diskConfig === 'AUTO',
  availability_zone: (i) => i.zone,
  config_drive: (i) => i.configDrive,
  created_at: (i) => moment(i.createdAt),
  display_description: (i) => i.description,
  display_name: (i) => i.name,
  host: (i) => i.host,
  hostname: (i) => i.hostname,
  image_ref: (i) => i.image.id,
  instance_type_id: (i) => i.flavor.id,
  kernel_id: () => null,
  key_name: (i) => i.keyPair?.name ?? null,
  launch_index: (i) => i.launchIndex,
  launched_at: (i) => moment(i.launchedAt),
  locked: (i) => i.lockedBy !== null,
  locked_by: (i) => i.lockedBy,
  node: (i) => i.node,
  power_state: (i) => POWER_STATE[i.powerState],
  progress: (i) => i.progress,
  project_id: (i) => i.projectId,
  ramdisk_id: () => null,
  root_device_name: () => null,
  task_state: (i) => i.taskState,
  terminated_at: (i) => moment(i.terminatedAt),
  updated_at: (i) => moment(i.updatedAt),
  user_id: (i) => i.userId,
  uuid: (i) => i.uuid,
  vm_state: (i) => i.vmState,
};

export const isSortKey = (name: string): name is SortKey => (SORT_KEYS as readonly string[]).includes(name);

export const sortValues = (instance: Instance, sort: readonly InstanceSort[]): SortValue[] =>
  sort.map(({ key }) => VALUES[key](instance));

/** The order of the doors: nulls lowest, text by its code points (the cells' collation is binary). */
export function compareValues(a: readonly SortValue[], b: readonly SortValue[], sort: readonly InstanceSort[]): number {
  for (const [index, { direction }] of sort.entries()) {
    const order = compareOne(a[index] ?? null, b[index] ?? null);
    if (order !== 0) return direction === 'asc' ? order : -order;
  }
  return 0;
}

/** For one list: what an instance is compared by is taken from it once. */
export function compareInstances(sort: readonly InstanceSort[]): (a: Instance, b: Instance) => number {
  const known = new WeakMap<Instance, readonly SortValue[]>();
  const valuesOf = (instance: Instance): readonly SortValue[] => {
    const values = known.get(instance) ?? sortValues(instance, sort);
    known.set(instance, values);
    return values;
  };
  return (a, b) => compareValues(valuesOf(a), valuesOf(b), sort);
}

/** Of text without these the order of code points is that of JavaScript's own comparison. */
const SURROGATE_OR_HIGHER = /[\ud800-\uffff]/;

function compareOne(a: SortValue, b: SortValue): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === 'string' && typeof b === 'string') {
    if (!SURROGATE_OR_HIGHER.test(a) && !SURROGATE_OR_HIGHER.test(b)) return a < b ? -1 : 1;
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  return Number(a) < Number(b) ? -1 : Number(a) > Number(b) ? 1 : 0;
}
