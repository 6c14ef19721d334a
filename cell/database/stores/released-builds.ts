import { sql } from 'kysely';
import type { CellReader, CellTx, CellWriter } from '../cell-database.ts';

/**
 * From now on orders for it up to this epoch are stale. To be called before the instance is looked for, as `releasedAmong` is
 * called after it was inserted: then one of the two sees the other, in whichever order they commit.
 */
export async function markReleased(tx: CellTx, uuid: string, epoch: number, now: number): Promise<void> {
  await tx
    .insertInto('released_builds')
    .values({ uuid, epoch, released_at: now })
    .onDuplicateKeyUpdate({ epoch: sql<number>`GREATEST(released_builds.epoch, ${epoch})`, released_at: now })
    .execute();
}

/** Which of these builds were taken back, with the epoch up to which. Waits for those who are just doing so. */
export async function releasedAmong(tx: CellTx, uuids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await tx
    .selectFrom('released_builds')
    .select(['uuid', 'epoch'])
    .where('uuid', 'in', uuids)
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.uuid, row.epoch]));
}

/** For one that has no row here: it was released, so that the global tier places it elsewhere, and did not just never exist. */
export async function wasReleased(read: CellReader, uuid: string): Promise<boolean> {
  return (
    (await read.selectFrom('released_builds').select('epoch').where('uuid', '=', uuid).executeTakeFirst()) !== undefined
  );
}

export async function forgetReleased(db: CellWriter, before: number): Promise<void> {
  await db.deleteFrom('released_builds').where('released_at', '<', before).limit(1_000).execute();
}
