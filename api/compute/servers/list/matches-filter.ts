import type { InstanceFilter } from '#platform/contracts/door.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { specialTaskStates } from '#platform/states/server-status.ts';
import type { PatternKey } from './match-patterns.ts';

/** Everything but patterns, which the database matches (match-patterns.ts). */
type PlainKey = Exclude<keyof InstanceFilter, PatternKey>;
type Check<K extends PlainKey> = (wanted: NonNullable<InstanceFilter[K]>, instance: Instance) => boolean;

/** The list filter over an instance in memory, for builds that are in no cell; the doors do the same in SQL. */
const CHECKS: { readonly [K in PlainKey]-?: Check<K> } = {
  projectId: (wanted, i) => i.projectId === wanted,
  userId: (wanted, i) => i.userId === wanted,
  uuids: (wanted, i) => wanted.includes(i.uuid),
  hostname: (wanted, i) => i.hostname === wanted,
  host: (wanted, i) => i.host === wanted,
  node: (wanted, i) => i.node === wanted,
  flavorId: (wanted, i) => i.flavor.id === wanted,
  imageId: (wanted, i) => i.image.id === wanted,
  keyName: (wanted, i) => i.keyPair?.name === wanted,
  availabilityZone: (wanted, i) => i.zone === wanted,
  states: (wanted, i) =>
    wanted.some(
      ({ vmState, taskStates }) =>
        i.vmState === vmState &&
        (taskStates === null
          ? i.taskState === null || !specialTaskStates(i.vmState).includes(i.taskState)
          : i.taskState !== null && taskStates.includes(i.taskState)),
    ),
  vmStates: (wanted, i) => wanted.includes(i.vmState),
  taskStates: (wanted, i) => wanted.includes(i.taskState),
  powerState: (wanted, i) => i.powerState === wanted,
  locked: (wanted, i) => (i.lockedBy !== null) === wanted,
  deleted: (wanted, i) => (i.deletedAt !== null) === wanted,
  changesSince: (wanted, i) => i.updatedAt >= wanted,
  changesBefore: (wanted, i) => i.updatedAt <= wanted,
  createdAt: (wanted, i) => i.createdAt === wanted,
  launchedAt: (wanted, i) => i.launchedAt === wanted,
  terminatedAt: (wanted, i) => i.terminatedAt === wanted,
  reservationId: (wanted, i) => i.reservationId === wanted,
  launchIndex: (wanted, i) => i.launchIndex === wanted,
  progress: (wanted, i) => i.progress === wanted,
  configDrive: (wanted, i) => i.configDrive === wanted,
  diskConfig: (wanted, i) => i.diskConfig === wanted,
  accessIpV4: (wanted, i) => i.accessIpV4 === wanted,
  accessIpV6: (wanted, i) => i.accessIpV6 === wanted,
  tagsAll: (wanted, i) => wanted.every((tag) => i.tags.includes(tag)),
  tagsAny: (wanted, i) => wanted.some((tag) => i.tags.includes(tag)),
  notTagsAll: (wanted, i) => !wanted.every((tag) => i.tags.includes(tag)),
  notTagsAny: (wanted, i) => !wanted.some((tag) => i.tags.includes(tag)),
  metadata: (wanted, i) => Object.entries(wanted).every(([key, value]) => i.metadata[key] === value),
};

export function matchesFilter(filter: InstanceFilter, instance: Instance): boolean {
  return (Object.keys(CHECKS) as PlainKey[]).every((key) => {
    const wanted = filter[key];
    return wanted === undefined || (CHECKS[key] as Check<typeof key>)(wanted as never, instance);
  });
}
