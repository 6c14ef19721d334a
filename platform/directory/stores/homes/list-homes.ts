import { sql } from 'kysely';
import type { Reader } from '../../../database/database.ts';
import { sqlTime } from '../../../database/json-column.ts';
import { timestamp } from '../../../time/clock.ts';
import type { DirectoryTables } from '../../tables.ts';
import { type Home, type HomeWithBuild, homeWithBuild, LISTED_COLUMNS } from './home.ts';
import { storedHomeState } from './home-state.ts';

type Read = Reader<DirectoryTables>;

/** The instances whose home is this cell and that no move handles, by uuid after `after`. */
export async function listPlaced(
  read: Read,
  cellId: string,
  after: string,
  limit: number,
): Promise<readonly Pick<Home, 'uuid' | 'epoch'>[]> {
  return read
    .selectFrom('instance_homes')
    .select(['uuid', 'epoch'])
    .where('cell_id', '=', cellId)
    .where('state', '=', storedHomeState('placed'))
    .where('moving_operation_id', 'is', null)
    .where('uuid', '>', after)
    .orderBy('uuid')
    .limit(limit)
    .execute();
}

/** All instances that are not deleted, oldest first, after this one. */
export async function listBuilds(
  read: Read,
  after: Pick<Home, 'createdAt' | 'uuid'> | null,
  limit: number,
): Promise<readonly HomeWithBuild[]> {
  let query = read.selectFrom('instance_homes').select(LISTED_COLUMNS).where('deleted_at', 'is', null);
  if (after !== null) {
    const createdAt = sqlTime(after.createdAt);
    query = query.where((is) =>
      is.or([
        is('created_at', '>', createdAt),
        is.and([is('created_at', '=', createdAt), is('uuid', '>', after.uuid)]),
      ]),
    );
  }
  const rows = await query.orderBy('created_at').orderBy('uuid').limit(limit).execute();
  return rows.map(homeWithBuild);
}

interface UnplacedFilter {
  readonly projectId?: string | undefined;
  readonly userId?: string | undefined;
  readonly uuids?: readonly string[] | undefined;
  /** Also those that were deleted without ever having had a home; of them the newest `MAX_DELETED`. */
  readonly includeDeleted?: boolean | undefined;
}

const MAX_DELETED = 1_000;

/** Builds that are in no cell (accepted, buried): for lists, as one more stream. In no order. */
export async function listUnplaced(read: Read, filter: UnplacedFilter): Promise<readonly HomeWithBuild[]> {
  const rows = await unplacedIn(read, filter, ['accepted', 'buried']).execute();
  if (filter.includeDeleted !== true) return rows.map(homeWithBuild);
  const deleted = unplacedIn(read, filter, ['deleted']).orderBy('updated_at', 'desc').limit(MAX_DELETED);
  return [...rows, ...(await deleted.execute())].map(homeWithBuild);
}

function unplacedIn(read: Read, filter: UnplacedFilter, states: readonly Home['state'][]) {
  let query = read
    .selectFrom('instance_homes')
    .select(LISTED_COLUMNS)
    .where('state', 'in', states.map(storedHomeState))
    .where('cell_id', 'is', null);
  if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId);
  if (filter.userId !== undefined) query = query.where('user_id', '=', filter.userId);
  if (filter.uuids !== undefined) query = query.where('uuid', 'in', ['', ...filter.uuids]);
  return query;
}

/** The instances in these cells, newest first: for lists of servers whose cell does not answer. */
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
    .where('state', '=', storedHomeState('placed'));
  if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId);
  if (filter.uuids !== undefined) query = query.where('uuid', 'in', ['', ...filter.uuids]);
  if (filter.createdUpTo !== undefined) query = query.where('created_at', '<=', sqlTime(filter.createdUpTo));
  const rows = await query.orderBy('created_at', 'desc').orderBy('uuid', 'desc').limit(filter.limit).execute();
  return rows.map(homeWithBuild);
}

/**
 * Instances that moves take to another cell, from when an epoch is reserved for them there until the source cell has released them. In
 * this time either cell may show one in its lists. If its home is the target (`moving.cellId`), it was handed over.
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
    .where('state', '=', storedHomeState('placed'));
  if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId);
  if (filter.uuids !== undefined) query = query.where('uuid', 'in', ['', ...filter.uuids]);
  return (await query.execute()).map(homeWithBuild);
}

/** Accepted for longer than `ageMs` and without an unfinished operation. */
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
  return rows.map(homeWithBuild);
}
