import { sql } from 'kysely';
import type { CellDatabase } from '../cell-database.ts';
import { moment } from '../moment.ts';

/*
 * Each function deletes at most `limit` rows of its kind and returns how many it found. It reads without locks and deletes by key, so that
 * no other transaction waits for the search.
 */

/** Instances that were deleted before, with their operations. */
export async function dropInstances(
  { read, transaction }: CellDatabase,
  before: number,
  limit: number,
): Promise<number> {
  const rows = await read
    .selectFrom('instances')
    .select('uuid')
    .where('deleted_at', '<', moment(before))
    .limit(limit)
    .execute();
  const uuids = rows.map((row) => row.uuid);
  if (uuids.length === 0) return 0;
  await transaction(async (tx) => {
    await tx.deleteFrom('operations').where('subject', 'in', uuids).where('finished_at', 'is not', null).execute();
    await tx.deleteFrom('instances').where('uuid', 'in', uuids).where('deleted_at', 'is not', null).execute();
  });
  return uuids.length;
}

/** Operations that ended before and whose instance has no row, because another cell built it. All others are action logs. */
export async function dropEndedOperations(
  { read, transaction }: CellDatabase,
  before: number,
  limit: number,
): Promise<number> {
  const rows = await read
    .selectFrom('operations')
    .select('id')
    .where('finished_at', '<', before)
    .where(sql<boolean>`NOT EXISTS (SELECT 1 FROM instances WHERE instances.uuid = operations.subject)`)
    .limit(limit)
    .execute();
  const ids = rows.map((row) => row.id);
  if (ids.length > 0) await transaction((tx) => tx.deleteFrom('operations').where('id', 'in', ids).execute());
  return ids.length;
}

/** Locks of server groups without a claim. The next claim for such a group inserts the lock again. */
export async function dropUnusedGroupLocks({ read, transaction }: CellDatabase, limit: number): Promise<number> {
  const rows = await read
    .selectFrom('group_locks')
    .leftJoin('claims', 'claims.group_id', 'group_locks.group_id')
    .select('group_locks.group_id')
    .where('claims.guest_id', 'is', null)
    .limit(limit)
    .execute();
  const ids = rows.map((row) => row.group_id);
  if (ids.length > 0) await transaction((tx) => tx.deleteFrom('group_locks').where('group_id', 'in', ids).execute());
  return ids.length;
}
