import { sql } from 'kysely';
import type { CellReader, CellTx, CellWriter } from '../cell-database.ts';

/**
 * From now on build requests for it up to this epoch are stale. Call it before you look for the instance, and call `releasedAmong` after you
 * have inserted one: then one transaction sees the other, whichever commits first.
 */
export async function markReleased(tx: CellTx, uuid: string, epoch: number, now: number): Promise<void> {
  await tx
    .insertInto('released_builds')
    .values({ uuid, epoch, released_at: now })
    .onDuplicateKeyUpdate({ epoch: sql<number>`GREATEST(released_builds.epoch, ${epoch})`, released_at: now })
    .execute();
}

/** Those of these builds that were released, with the highest released epoch. Waits for transactions that are releasing one. */
export async function releasedAmong(tx: CellTx, uuids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await tx
    .selectFrom('released_builds')
    .select(['uuid', 'epoch'])
    .where('uuid', 'in', uuids)
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.uuid, row.epoch]));
}

/** Whether an instance without a row was released for another cell; otherwise it never was in this cell. */
export async function wasReleased(read: CellReader, uuid: string): Promise<boolean> {
  return (
    (await read.selectFrom('released_builds').select('epoch').where('uuid', '=', uuid).executeTakeFirst()) !== undefined
  );
}

export async function forgetReleased(db: CellWriter, before: number): Promise<void> {
  await db.deleteFrom('released_builds').where('released_at', '<', before).limit(1_000).execute();
}
