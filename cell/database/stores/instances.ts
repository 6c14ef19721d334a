import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import { fromJson, isoTime, isoTimeOrNull, sqlTime, toJson } from '#platform/database/json-column.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import type { Fault, Instance } from '#platform/objects/instance.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { loadedBuild, storedBuild } from '#platform/objects/user-data.ts';
import { POWER_STATE, type PowerState } from '#platform/states/power-state.ts';
import type { CellReader, CellTx, CellWriter } from '../cell-database.ts';
import { type CellRow, type CellWrites, cellColumns, cellRowOrNull } from '../cell-row.ts';
import { moment } from '../moment.ts';
import type { InstancesTable } from '../schema/instances.ts';
import { newVersion } from './new-version.ts';

export type InstanceRow = CellRow<Selectable<InstancesTable>>;
/** An instance with the state of its host. */
export type InstanceRowOnHost = InstanceRow & {
  readonly hostUp: boolean | null;
  readonly hostEnabled: boolean | null;
  readonly hostForcedDown: boolean | null;
};
export type InstanceWrites = CellWrites<Omit<Updateable<InstancesTable>, 'uuid' | 'seq' | 'version' | 'updated_at'>>;

interface NewInstance {
  readonly build: InstanceBuild;
  readonly epoch: number;
  readonly operationId: string;
  readonly guestId: string;
  readonly host: { readonly id: string; readonly name: string; readonly node: string };
  readonly zone: string;
}

/** A row of an instance that is being built on a host. */
export function newInstanceRow(instance: NewInstance, now: number): Insertable<InstancesTable> {
  const { build, host } = instance;
  return {
    uuid: build.uuid,
    epoch: instance.epoch,
    version: 1,
    operation_id: instance.operationId,
    project_id: build.projectId,
    user_id: build.userId,
    flavor_id: build.flavor.id,
    image_id: build.image.id,
    key_name: build.keyPair?.name ?? null,
    host_id: host.id,
    host: host.name,
    node: host.node,
    zone: instance.zone,
    guest_id: instance.guestId,
    vm_state: 'building',
    task_state: build.ports.length === 0 ? 'spawning' : 'networking',
    power_state: POWER_STATE.none,
    progress: 0,
    launch_index: build.launchIndex,
    reservation_id: build.reservationId,
    config_drive: build.configDrive ? 1 : 0,
    ...addressColumns(build),
    display_name: build.name,
    display_description: build.description,
    hostname: build.hostname,
    access_ip_v4: build.accessIpV4,
    access_ip_v6: build.accessIpV6,
    disk_config: build.diskConfig,
    tags: toJson(build.tags),
    metadata: toJson(build.metadata),
    ...storedBuild(build),
    created_at: sqlTime(build.createdAt),
    updated_at: moment(now),
  };
}

/** Only a rebuild changes user data: otherwise only a row of an earlier release, which has it inside `build`, gets it from here. */
export const writtenBuild = (build: InstanceBuild) => {
  const { build: text, user_data: userData } = storedBuild(build);
  return userData === null ? { build: text } : { build: text, userData };
};

/** The columns that repeat parts of the build which a user may change. */
export const buildWrites = (build: InstanceBuild): InstanceWrites => ({
  displayName: build.name,
  displayDescription: build.description,
  hostname: build.hostname,
  accessIpV4: build.accessIpV4,
  accessIpV6: build.accessIpV6,
  diskConfig: build.diskConfig,
  tags: toJson(build.tags),
  metadata: toJson(build.metadata),
  ...writtenBuild(build),
});

/** The columns of an instance whose ports changed. */
export const portWrites = (build: InstanceBuild): InstanceWrites => {
  const { addresses_v4: addressesV4, addresses_v6: addressesV6 } = addressColumns(build);
  return { ...writtenBuild(build), addressesV4, addressesV6 };
};

/** The same for a build whose image, key pair and user data changed too. */
export const rebuildWrites = (build: InstanceBuild): InstanceWrites => ({
  ...buildWrites(build),
  userData: storedBuild(build).user_data,
  imageId: build.image.id,
  keyName: build.keyPair?.name ?? null,
});

function addressColumns(build: InstanceBuild) {
  const all = build.ports.flatMap((port) => port.fixedIps.map((ip) => ip.address));
  const lines = (v6: boolean) => all.filter((address) => address.includes(':') === v6).join('\n');
  return { addresses_v4: lines(false), addresses_v6: lines(true) };
}

const withHosts = (read: CellReader) =>
  read
    .selectFrom('instances')
    .leftJoin('hosts', 'hosts.id', 'instances.host_id')
    .select(['hosts.up as host_up', 'hosts.enabled as host_enabled', 'hosts.forced_down as host_forced_down']);

export const findInstance = async (read: CellReader, uuid: string): Promise<InstanceRowOnHost | null> =>
  cellRowOrNull(await withHosts(read).selectAll('instances').where('instances.uuid', '=', uuid).executeTakeFirst());

/** What an instance is shown from: of all that its row has, lists read this alone. */
export type ShownRow = Pick<
  InstanceRowOnHost,
  | ('build' | 'userData' | 'epoch' | 'version' | 'vmState' | 'taskState' | 'powerState' | 'progress' | 'fault')
  | ('host' | 'node' | 'zone' | 'instanceName' | 'seq' | 'lockedBy' | 'lockReason' | 'oldFlavor')
  | ('launchedAt' | 'terminatedAt' | 'updatedAt' | 'deletedAt' | 'hostUp' | 'hostEnabled' | 'hostForcedDown')
>;

/** The base of lists: without user data, unless it is asked for. */
export const selectListed = (read: CellReader, withUserData: boolean) =>
  withHosts(read)
    .select(['instances.build', 'instances.epoch', 'instances.version', 'instances.vm_state', 'instances.task_state'])
    .select(['instances.power_state', 'instances.progress', 'instances.fault', 'instances.host', 'instances.node'])
    .select(['instances.zone', 'instances.instance_name', 'instances.seq', 'instances.locked_by'])
    .select(['instances.lock_reason', 'instances.old_flavor', 'instances.launched_at', 'instances.terminated_at'])
    .select(['instances.updated_at', 'instances.deleted_at'])
    .select(sql<string | null>`${withUserData ? sql.ref('instances.user_data') : sql`NULL`}`.as('user_data'));

type ListedRow = Awaited<ReturnType<ReturnType<typeof selectListed>['execute']>>[number];

/** Member by member, because a page has up to a thousand rows. */
export const shownRow = (row: ListedRow): ShownRow => ({
  build: row.build,
  userData: row.user_data,
  epoch: row.epoch,
  version: row.version,
  vmState: row.vm_state,
  taskState: row.task_state,
  powerState: row.power_state,
  progress: row.progress,
  fault: row.fault,
  host: row.host,
  node: row.node,
  zone: row.zone,
  instanceName: row.instance_name,
  seq: row.seq,
  lockedBy: row.locked_by,
  lockReason: row.lock_reason,
  oldFlavor: row.old_flavor,
  launchedAt: row.launched_at,
  terminatedAt: row.terminated_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
  hostUp: row.host_up === null ? null : row.host_up === 1,
  hostEnabled: row.host_enabled === null ? null : row.host_enabled === 1,
  hostForcedDown: row.host_forced_down === null ? null : row.host_forced_down === 1,
});

const columnsOf = (writes: InstanceWrites) => cellColumns<Updateable<InstancesTable>>(writes);

/** Writes as the owner. False when the instance has another owner now, or is gone: nothing was written. */
export async function writeAsOwner(
  tx: CellTx,
  uuid: string,
  operationId: string,
  writes: InstanceWrites,
  now: number,
): Promise<boolean> {
  return writeWhile(tx, { uuid, operation_id: operationId }, writes, now);
}

/** Compare-and-swap. False when somebody changed the instance since `version` was read. */
export async function writeAtVersion(
  tx: CellWriter,
  uuid: string,
  version: number,
  writes: InstanceWrites,
  now: number,
): Promise<boolean> {
  return writeWhile(tx, { uuid, version }, writes, now);
}

/** Writes a new version while the instance is as expected. */
async function writeWhile(
  db: CellWriter,
  expected: { readonly uuid: string } & ({ readonly operation_id: string } | { readonly version: number }),
  writes: InstanceWrites,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('instances')
    .set({ ...columnsOf(writes), ...newVersion(now) })
    .where((eb) => eb.and(expected))
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** To be called when the ports of these builds are plugged. */
export async function markSpawning(tx: CellWriter, uuids: readonly string[], now: number) {
  await tx
    .updateTable('instances')
    .set({ task_state: 'spawning', ...newVersion(now) })
    .where('uuid', 'in', uuids)
    .where('task_state', '=', 'networking')
    .execute();
}

export async function countInstances(read: CellReader): Promise<number> {
  const row = await read
    .selectFrom('instances')
    .select(sql<number | bigint>`COUNT(*)`.as('total'))
    .where('deleted_at', 'is', null)
    .where('presence', '=', 'here')
    .executeTakeFirstOrThrow();
  return Number(row.total);
}

const POWER_NAMES = new Map<number, PowerState>(
  Object.entries(POWER_STATE).map(([name, value]) => [value, name as PowerState]),
);
const powerName = (value: number): PowerState => POWER_NAMES.get(value) ?? 'none';

export const toInstance = (row: ShownRow, cellName: string): Instance => ({
  ...loadedBuild(row),
  ...stateOf(row, cellName),
});

/** What an instance has beyond its build. */
export const stateOf = (row: ShownRow, cellName: string): Omit<Instance, keyof InstanceBuild> => ({
  epoch: row.epoch,
  cellName,
  version: row.version,
  vmState: row.vmState,
  taskState: row.taskState,
  powerState: powerName(row.powerState),
  host: row.host,
  node: row.node,
  zone: row.zone,
  hostStatus: hostStatus(row),
  instanceName: row.instanceName ?? instanceName(row.seq),
  progress: row.progress,
  fault: row.fault === null ? null : fromJson<Fault>(row.fault),
  lockedBy: row.lockedBy,
  lockReason: row.lockReason,
  oldFlavor: row.oldFlavor === null ? null : fromJson<Flavor>(row.oldFlavor),
  launchedAt: isoTimeOrNull(row.launchedAt),
  terminatedAt: isoTimeOrNull(row.terminatedAt),
  updatedAt: isoTime(row.updatedAt),
  deletedAt: isoTimeOrNull(row.deletedAt),
});

export const instanceName = (seq: number): string => `instance-${String(seq).padStart(8, '0')}`;

/** Nova's order of precedence (`get_instance_host_status`). */
function hostStatus(row: ShownRow): string {
  if (row.hostUp === null) return '';
  if (row.hostForcedDown === true) return 'DOWN';
  if (row.hostEnabled !== true) return 'MAINTENANCE';
  return row.hostUp ? 'UP' : 'UNKNOWN';
}

/** The row of an instance, and whether any guest or binding of it is left on a host. */
export const rowWithRemains = async (read: CellReader, uuid: string) =>
  cellRowOrNull(
    await read
      .selectFrom('instances')
      .select(['operation_id', 'epoch'])
      .select(({ exists, selectFrom }) => [
        exists(
          selectFrom('guests')
            .select('id')
            .whereRef('instance_uuid', '=', 'instances.uuid')
            .where('role', '!=', 'aside'),
        )
          .$castTo<number>()
          .as('has_guests'),
        exists(selectFrom('port_bindings').select('id').whereRef('instance_uuid', '=', 'instances.uuid'))
          .$castTo<number>()
          .as('has_ports'),
      ])
      .where('uuid', '=', uuid)
      .executeTakeFirst(),
  );

export async function insertInstances(tx: CellTx, instances: readonly NewInstance[], now: number): Promise<void> {
  if (instances.length > 0)
    await tx
      .insertInto('instances')
      .values(instances.map((instance) => newInstanceRow(instance, now)))
      .execute();
}

/** It is on no host, and names no guest. Part of a write that names the owner or the version. */
export async function clearHost(tx: CellTx, uuid: string): Promise<void> {
  await tx
    .updateTable('instances')
    .set({ host_id: null, host: null, node: null, guest_id: null })
    .where('uuid', '=', uuid)
    .execute();
}

export async function removeInstance(tx: CellTx, uuid: string): Promise<void> {
  await tx.deleteFrom('instances').where('uuid', '=', uuid).execute();
}
