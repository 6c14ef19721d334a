import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Notice } from '#platform/contracts/door.ts';
import { fromJson, isoTime, toJson } from '#platform/database/json-column.ts';
import type { Fault } from '#platform/objects/instance.ts';
import type { CellDatabase, CellReader, CellTx } from '../cell-database.ts';
import { moment } from '../moment.ts';

export async function insertNotice(
  tx: CellTx,
  notice: {
    readonly kind: Notice['kind'];
    readonly instanceUuid: string;
    readonly epoch: number;
    readonly fault?: Fault | null;
    readonly imageId?: string;
  },
  now: number,
): Promise<void> {
  await tx
    .insertInto('notices')
    .values({
      id: randomUUID(),
      kind: notice.kind,
      instance_uuid: notice.instanceUuid,
      epoch: notice.epoch,
      fault: (notice.fault ?? null) === null ? null : toJson(notice.fault),
      image_id: notice.imageId ?? null,
      created_at: moment(now),
    })
    .execute();
}

/** Stands for no instance. */
const NO_INSTANCE = '00000000-0000-0000-0000-000000000000';

/** Asks which instances live in this cell. Replaces an open question, so that the answer is up to date. */
export async function insertHomesAsked(tx: CellTx, now: number): Promise<void> {
  await tx.deleteFrom('notices').where('kind', '=', 'homes-asked').execute();
  await insertNotice(tx, { kind: 'homes-asked', instanceUuid: NO_INSTANCE, epoch: 0 }, now);
}

/**
 * Failed builds and notices of images and resizes come last, otherwise the oldest come first. Those may stay open for long (no other cell has capacity, or the
 * global tier is older), and must not hide notices that release quota and ports.
 */
export async function listNotices(read: CellReader, limit: number, questions = true): Promise<Notice[]> {
  const rows = await read
    .selectFrom('notices')
    .selectAll()
    .$if(!questions, (query) => query.where('kind', '!=', 'homes-asked'))
    .orderBy(sql`kind IN ('build-failed', 'image-saved', 'image-unneeded', 'resize-ended')`)
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    instanceUuid: row.instance_uuid,
    epoch: row.epoch,
    fault: row.fault === null ? null : fromJson<Fault>(row.fault),
    ...(row.image_id === null ? {} : { imageId: row.image_id }),
    createdAt: isoTime(row.created_at),
  }));
}

export async function acknowledge({ write }: CellDatabase, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await write.deleteFrom('notices').where('id', 'in', ids).execute();
}
