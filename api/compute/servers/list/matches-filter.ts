import type { InstanceFilter } from '#platform/contracts/door.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { specialTaskStates } from '#platform/states/server-status.ts';
import type { PatternKey } from './match-patterns.ts';

/** Everything but patterns, which the database matches (match-patterns.ts). */
type PlainKey = Exclude<keyof InstanceFilter, PatternKey>;
type Check<K extends PlainKey> = (expected: NonNullable<InstanceFilter[K]>, instance: Instance) => boolean;

/** The list filter over an instance in memory, for builds that are in no cell; the doors do the same in SQL. */
const CHECKS: { readonly [K in PlainKey]-?: Check<K> } = {
  projectId: (expected, i) => i.projectId === expected,
  userId: (expected, i) => i.userId === expected,
  uuids: (expected, i) => expected.includes(i.uuid),
  hostname: (expected, i) => i.hostname === expected,
  host: (expected, i) => i.host === expected,
  node: (expected, i) => i.node === expected,
  flavorId: (expected, i) => i.flavor.id === expected,
  imageId: (expected, i) => i.image.id === expected,
  keyName: (expected, i) => i.keyPair?.name === expected,
  availabilityZone: (expected, i) => i.zone === expected,
  states: (expected, i) =>
    expected.some(
      ({ vmState, taskStates }) =>
        i.vmState === vmState &&
        (taskStates === null
          ? i.taskState === null || !specialTaskStates(i.vmState).includes(i.taskState)
          : i.taskState !== null && taskStates.includes(i.taskState)),
    ),
  vmStates: (expected, i) => expected.includes(i.vmState),
  taskStates: (expected, i) => expected.includes(i.taskState),
  powerState: (expected, i) => i.powerState === expected,
  locked: (expected, i) => (i.lockedBy !== null) === expected,
  deleted: (expected, i) => (i.deletedAt !== null) === expected,
  softDeleted: (expected, i) => (i.vmState === 'soft-delete') === expected,
  changesSince: (expected, i) => i.updatedAt >= expected,
  changesBefore: (expected, i) => i.updatedAt <= expected,
  createdAt: (expected, i) => i.createdAt === expected,
  launchedAt: (expected, i) => i.launchedAt === expected,
  terminatedAt: (expected, i) => i.terminatedAt === expected,
  reservationId: (expected, i) => i.reservationId === expected,
  launchIndex: (expected, i) => i.launchIndex === expected,
  progress: (expected, i) => i.progress === expected,
  configDrive: (expected, i) => i.configDrive === expected,
  diskConfig: (expected, i) => i.diskConfig === expected,
  accessIpV4: (expected, i) => i.accessIpV4 === expected,
  accessIpV6: (expected, i) => i.accessIpV6 === expected,
  tagsAll: (expected, i) => expected.every((tag) => i.tags.includes(tag)),
  tagsAny: (expected, i) => expected.some((tag) => i.tags.includes(tag)),
  notTagsAll: (expected, i) => !expected.every((tag) => i.tags.includes(tag)),
  notTagsAny: (expected, i) => !expected.some((tag) => i.tags.includes(tag)),
  metadata: (expected, i) => Object.entries(expected).every(([key, value]) => i.metadata[key] === value),
  ranBetween: ({ start, end }, i) =>
    i.launchedAt !== null && i.launchedAt < end && (i.terminatedAt === null || i.terminatedAt > start),
};

export function matchesFilter(filter: InstanceFilter, instance: Instance): boolean {
  return (Object.keys(CHECKS) as PlainKey[]).every((key) => {
    const expected = filter[key];
    return expected === undefined || (CHECKS[key] as Check<typeof key>)(expected as never, instance);
  });
}
