import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import { bySize } from '../../batching/by-size.ts';
import type { Reader } from '../../database/database.ts';
import { fromJson, isoTime, isoTimeOrNull, sqlTime } from '../../database/json-column.ts';
import type { Fault } from '../../objects/instance.ts';
import type { InstanceBuild } from '../../objects/instance-build.ts';
import { loadedBuild, storedBuild } from '../../objects/user-data.ts';
import { newRow } from '../../operations/new-row.ts';
import { toTable } from '../../operations/sql-store.ts';
import { timestamp } from '../../time/clock.ts';
import type { Directory, DirectoryTx } from '../directory.ts';
import type { InstanceHomesTable } from '../schema/instance-homes.ts';
import type { DirectoryTables } from '../tables.ts';
import { giveQuota } from './quotas.ts';
import { removeGroupMember } from './server-groups.ts';
import { releaseInstancePorts } from './server-ports.ts';

/** Where one instance lives; see schema/instance-homes.ts for the states. */
export interface Home {
  readonly uuid: string;
  readonly projectId: string;
  readonly userId: string;
  readonly name: string;
  readonly state: InstanceHomesTable['state'];
  readonly cellId: string | null;
  readonly placingCellId: string | null;
  readonly epoch: number;
  /** The move that has it in hand, and what it keeps for the cell it goes to. */
  readonly moving: {
    readonly operationId: string;
    readonly cellId: string | null;
    readonly epoch: number | null;
  } | null;
  readonly deleteRequested: boolean;
  /** Why it is buried. */
  readonly fault: Fault | null;
  readonly vcpus: number;
  readonly ramMb: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
}
export interface HomeWithBuild extends Home {
  readonly build: InstanceBuild;
  /** How often the user has changed the build since it was accepted (changed-builds.ts). */
  readonly buildRevision: number;
}

/** The operation that finds a home for an accepted build; its subject is the instance. Run by the super-conductor. */
export const ROUTE_BUILD = {
  kind: 'route-build',
  // Back: whoever asked learns after ten minutes that there is no place, rather than to wait on.
  deadline: { ms: 10 * 60_000, policy: 'back' },
  queue: 'super-conductor',
} as const;

type Read = Reader<DirectoryTables>;

/**
 * Writes the accepted builds and the operation that places each of them. Quota (`takeQuota`) and ports belong in the same transaction.
 * @returns the operations' ids in the order of `builds`: after the commit, wake the queue `ROUTE_BUILD.queue` with them.
 */
export async function acceptBuilds(
  tx: DirectoryTx,
  builds: readonly InstanceBuild[],
  now: number,
): Promise<readonly string[]> {
  if (builds.length === 0) return [];
  const at = sqlTime(timestamp(now));
  const rows = builds.map((build) => ({
    uuid: build.uuid,
    project_id: build.projectId,
    user_id: build.userId,
    name: build.name,
    state: 'accepted' as const,
    cell_id: null,
    placing_cell_id: null,
    epoch: 1,
    ...storedBuild(build),
    fault: null,
    delete_requested: 0,
    vcpus: build.flavor.vcpus,
    ram_mb: build.flavor.ramMb,
    created_at: at,
    updated_at: at,
    deleted_at: null,
  }));
  for (const part of bySize(rows, MAX_STATEMENT_BYTES)) await tx.insertInto('instance_homes').values(part).execute();
  return beginRouting(tx, builds, now);
}

/** Far below what a server takes as one statement (`max_allowed_packet`, 16 MiB by default). */
const MAX_STATEMENT_BYTES = 4 * 1024 * 1024;

/** Only the operations, for homes that are there and have none. `triedCellIds`: where it was built in vain. */
export async function beginRouting(
  tx: DirectoryTx,
  builds: readonly Pick<InstanceBuild, 'uuid' | 'requestId' | 'userId' | 'projectId'>[],
  now: number,
  triedCellIds: readonly string[] = [],
): Promise<readonly string[]> {
  const rows = builds.map((build) =>
    newRow(
      {
        id: randomUUID(),
        kind: ROUTE_BUILD.kind,
        subject: build.uuid,
        params: { uuid: build.uuid, triedCellIds },
        requestId: build.requestId,
        userId: build.userId,
        projectId: build.projectId,
      },
      ROUTE_BUILD.deadline,
      now,
    ),
  );
  await tx.insertInto('operations').values(rows.map(toTable)).execute();
  return rows.map((row) => row.id);
}

const HOME_COLUMNS = [
  'uuid',
  'project_id',
  'user_id',
  'name',
  'state',
  'cell_id',
  'placing_cell_id',
  'epoch',
  'moving_operation_id',
  'moving_cell_id',
  'moving_epoch',
  'fault',
  'delete_requested',
  'vcpus',
  'ram_mb',
  'created_at',
  'updated_at',
  'deleted_at',
] as const;

/** What lists read: the build without its user data. */
const LISTED_COLUMNS = [...HOME_COLUMNS, 'build', 'build_revision'] as const;

export async function getHome(read: Read, uuid: string): Promise<Home | null> {
  const row = await read.selectFrom('instance_homes').select(HOME_COLUMNS).where('uuid', '=', uuid).executeTakeFirst();
  return row === undefined ? null : fromRow(row);
}

/** Those that there are of these, in no order. */
export async function getHomes(read: Read, uuids: readonly string[]): Promise<readonly Home[]> {
  const rows = await read
    .selectFrom('instance_homes')
    .select(HOME_COLUMNS)
    .where('uuid', 'in', ['', ...uuids])
    .execute();
  return rows.map(fromRow);
}

/** What is at home in a cell and in the hand of no move, by uuid after `after`. */
export async function listHomed(
  read: Read,
  cellId: string,
  after: string,
  limit: number,
): Promise<readonly Pick<Home, 'uuid' | 'epoch'>[]> {
  return read
    .selectFrom('instance_homes')
    .select(['uuid', 'epoch'])
    .where('cell_id', '=', cellId)
    .where('state', '=', 'homed')
    .where('moving_operation_id', 'is', null)
    .where('uuid', '>', after)
    .orderBy('uuid')
    .limit(limit)
    .execute();
}

export async function getHomeWithBuild(read: Read, uuid: string): Promise<HomeWithBuild | null> {
  const row = await read.selectFrom('instance_homes').selectAll().where('uuid', '=', uuid).executeTakeFirst();
  return row === undefined ? null : withBuild(row);
}

/** Those that there are of these, in their order, whatever their state. */
export async function getHomesWithBuild(read: Read, uuids: readonly string[]): Promise<readonly HomeWithBuild[]> {
  const rows = await read
    .selectFrom('instance_homes')
    .selectAll()
    .where('uuid', 'in', ['', ...uuids])
    .execute();
  return rows.map(withBuild).sort((a, b) => uuids.indexOf(a.uuid) - uuids.indexOf(b.uuid));
}

export interface UnhomedFilter {
  readonly projectId?: string | undefined;
  readonly userId?: string | undefined;
  readonly uuids?: readonly string[] | undefined;
  /** Also those that were deleted without ever having had a home; of them the newest `MOST_DELETED`. */
  readonly includeDeleted?: boolean | undefined;
}

const MOST_DELETED = 1_000;

/** Builds that are in no cell (accepted, buried): for lists, as one more stream. In no order. */
export async function listUnhomed(read: Read, filter: UnhomedFilter): Promise<readonly HomeWithBuild[]> {
  const rows = await unhomedIn(read, filter, ['accepted', 'buried']).execute();
  if (filter.includeDeleted !== true) return rows.map(withBuild);
  const deleted = unhomedIn(read, filter, ['deleted']).orderBy('updated_at', 'desc').limit(MOST_DELETED);
  return [...rows, ...(await deleted.execute())].map(withBuild);
}

function unhomedIn(read: Read, filter: UnhomedFilter, states: readonly Home['state'][]) {
  let query = read
    .selectFrom('instance_homes')
    .select(LISTED_COLUMNS)
    .where('state', 'in', states)
    .where('cell_id', 'is', null);
  if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId);
  if (filter.userId !== undefined) query = query.where('user_id', '=', filter.userId);
  if (filter.uuids !== undefined) query = query.where('uuid', 'in', ['', ...filter.uuids]);
  return query;
}

/** Drops the rows of what was deleted, and not touched since, before this time. @returns how many are gone; at most `limit`. */
export async function purgeDeletedHomes(directory: Directory, before: number, limit: number): Promise<number> {
  const { numDeletedRows } = await directory.read
    .deleteFrom('instance_homes')
    .where('state', '=', 'deleted')
    .where('updated_at', '<', sqlTime(timestamp(before)))
    .limit(limit)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** What lives in these cells, newest first: for what can be said of servers whose cell does not answer. */
export async function listHomesInCells(
  read: Read,
  filter: {
    readonly cellIds: readonly string[];
    readonly projectId?: string | undefined;
    readonly uuids?: readonly string[] | undefined;
    /** None that was created after this moment. */
    readonly createdUpTo?: string | undefined;
    readonly limit: number;
  },
): Promise<readonly HomeWithBuild[]> {
  if (filter.cellIds.length === 0) return [];
  let query = read
    .selectFrom('instance_homes')
    .select(LISTED_COLUMNS)
    .where('cell_id', 'in', filter.cellIds)
    .where('state', '=', 'homed');
  if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId);
  if (filter.uuids !== undefined) query = query.where('uuid', 'in', ['', ...filter.uuids]);
  if (filter.createdUpTo !== undefined) query = query.where('created_at', '<=', sqlTime(filter.createdUpTo));
  const rows = await query.orderBy('created_at', 'desc').orderBy('uuid', 'desc').limit(filter.limit).execute();
  return rows.map(withBuild);
}

/**
 * What moves are taking to another cell, from when an epoch is kept for it there until the cell it comes from has let go of it: meanwhile it
 * may be either cell that shows it in lists. At home in the cell it goes to (`moving.cellId`): it was handed over.
 */
export async function listMoving(
  read: Read,
  filter: { readonly projectId?: string | undefined; readonly uuids?: readonly string[] | undefined },
): Promise<readonly HomeWithBuild[]> {
  let query = read
    .selectFrom('instance_homes')
    .select(LISTED_COLUMNS)
    .where('moving_operation_id', 'is not', null)
    .where('moving_cell_id', 'is not', null)
    .where('state', '=', 'homed');
  if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId);
  if (filter.uuids !== undefined) query = query.where('uuid', 'in', ['', ...filter.uuids]);
  return (await query.execute()).map(withBuild);
}

/** The names of these servers, by uuid. */
export async function namesOfServers(read: Read, uuids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await read
    .selectFrom('instance_homes')
    .select(['uuid', 'name'])
    .where('uuid', 'in', ['', ...uuids])
    .execute();
  return new Map(rows.map(({ uuid, name }) => [uuid, name]));
}

/**
 * The cells that hold servers of this project, and whether a server of it moves, both at one moment.
 * `includeDeleted`: also those that once did.
 */
export async function cellsAndMoves(
  read: Read,
  projectId: string,
  options: { readonly includeDeleted: boolean },
): Promise<{ readonly cellIds: readonly string[]; readonly anyMoves: boolean }> {
  const ofProject = read
    .selectFrom('instance_homes')
    .where('project_id', '=', projectId)
    .where('cell_id', 'is not', null);
  const rows = await ofProject
    .select(['cell_id', sql<number>`0`.as('moves')])
    .distinct()
    .where('state', 'in', options.includeDeleted ? ['homed', 'deleted'] : ['homed'])
    .unionAll(ofProject.select(['cell_id', sql<number>`1`.as('moves')]).where('moving_operation_id', 'is not', null))
    .execute();
  return {
    cellIds: rows.flatMap(({ cell_id: id, moves }) => (id === null || Number(moves) === 1 ? [] : [id])),
    anyMoves: rows.some(({ moves }) => Number(moves) === 1),
  };
}

/** Of these servers of the project, those that have a home, with it. */
export async function cellsOfServers(
  read: Read,
  projectId: string,
  uuids: readonly string[],
): Promise<readonly { readonly uuid: string; readonly cellId: string }[]> {
  const rows = await read
    .selectFrom('instance_homes')
    .select(['uuid', 'cell_id'])
    .where('uuid', 'in', ['', ...uuids])
    .where('project_id', '=', projectId)
    .where('state', '=', 'homed')
    .execute();
  return rows.flatMap(({ uuid, cell_id: cellId }) => (cellId === null ? [] : [{ uuid, cellId }]));
}

/**
 * deleted: no cell can hold it, and it is gone now. requested: it is being placed; whoever homes it deletes it. homed: ask the door
 * of its cell. absent: there is no such instance, or it is gone already.
 */
export type DeleteAnswer =
  | { readonly outcome: 'deleted' | 'requested' | 'absent' }
  | { readonly outcome: 'homed'; readonly home: Home };

export async function requestDelete(tx: DirectoryTx, uuid: string, now: number): Promise<DeleteAnswer> {
  const home = await lockHome(tx, uuid);
  if (home === null || home.state === 'deleted') return { outcome: 'absent' };
  if (home.state === 'homed') return { outcome: 'homed', home };
  if (home.state === 'buried' || home.placingCellId === null) {
    await endHome(tx, home, now);
    return { outcome: 'deleted' };
  }
  await setHome(tx, uuid, { delete_requested: 1 }, now);
  return { outcome: 'requested' };
}

/** Locks the row until the transaction ends. */
export async function lockHome(tx: DirectoryTx, uuid: string): Promise<Home | null> {
  const row = await tx
    .selectFrom('instance_homes')
    .select(HOME_COLUMNS)
    .where('uuid', '=', uuid)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? null : fromRow(row);
}

/**
 * The instance is nowhere any more: its quota is given back, its ports are released, it leaves its server group, and the row says
 * deleted. Nothing happens if it says so already.
 */
export async function endHome(tx: DirectoryTx, home: Home, now: number): Promise<void> {
  if (home.state === 'deleted') return;
  await setHome(tx, home.uuid, { state: 'deleted', deleted_at: sqlTime(timestamp(now)), placing_cell_id: null }, now);
  await releaseInstancePorts(tx, home.uuid);
  await removeGroupMember(tx, home.uuid);
  await tx.deleteFrom('hold_changes').where('instance_uuid', '=', home.uuid).execute();
  await giveQuota(tx, home.projectId, { instances: 1, cores: home.vcpus, ram: home.ramMb });
}

/** The name that is told while its cell is silent. */
export async function renameHome(tx: DirectoryTx, uuid: string, name: string, now: number): Promise<void> {
  await setHome(tx, uuid, { name }, now);
}

export async function setHome(
  tx: DirectoryTx,
  uuid: string,
  values: Partial<Omit<Selectable<InstanceHomesTable>, 'uuid' | 'build' | 'user_data'>>,
  now: number,
): Promise<void> {
  await tx
    .updateTable('instance_homes')
    .set({ ...values, updated_at: sqlTime(timestamp(now)) })
    .where('uuid', '=', uuid)
    .execute();
}

/** Accepted for longer than `ageMs` and without an operation that is still under way. */
export async function listForgottenBuilds(
  read: Read,
  now: number,
  ageMs: number,
  limit: number,
): Promise<readonly HomeWithBuild[]> {
  const rows = await read
    .selectFrom('instance_homes')
    .selectAll()
    .where('state', '=', 'accepted')
    .where('updated_at', '<', sqlTime(timestamp(now - ageMs)))
    .where(
      sql<boolean>`NOT EXISTS (SELECT 1 FROM operations o WHERE o.subject = instance_homes.uuid AND o.finished_at IS NULL)`,
    )
    .limit(limit)
    .execute();
  return rows.map(withBuild);
}

type HomeRow = Omit<Selectable<InstanceHomesTable>, 'build' | 'build_revision' | 'user_data' | 'epoch_top'>;

const fromRow = (row: HomeRow): Home => ({
  uuid: row.uuid,
  projectId: row.project_id,
  userId: row.user_id,
  name: row.name,
  state: row.state,
  cellId: row.cell_id,
  placingCellId: row.placing_cell_id,
  epoch: row.epoch,
  moving:
    row.moving_operation_id === null
      ? null
      : { operationId: row.moving_operation_id, cellId: row.moving_cell_id, epoch: row.moving_epoch },
  deleteRequested: row.delete_requested === 1,
  fault: row.fault === null ? null : fromJson<Fault>(row.fault),
  vcpus: row.vcpus,
  ramMb: row.ram_mb,
  createdAt: isoTime(row.created_at),
  updatedAt: isoTime(row.updated_at),
  deletedAt: isoTimeOrNull(row.deleted_at),
});

type StoredRow = { readonly build: string; readonly build_revision: number; readonly user_data?: string | null };

const withBuild = (row: HomeRow & StoredRow): HomeWithBuild => ({
  ...fromRow(row),
  buildRevision: row.build_revision,
  build: loadedBuild({ build: row.build, user_data: row.user_data ?? null }),
});
