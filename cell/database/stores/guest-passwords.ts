import { sql } from 'kysely';
import { insertOnce } from '#platform/database/insert-once.ts';
import type { CellDatabase, CellReader, CellTx, CellWriter } from '../cell-database.ts';

/** null: its guest has posted none, or it was cleared. */
export async function passwordOf(read: CellReader, instanceUuid: string): Promise<string | null> {
  const row = await read
    .selectFrom('guest_passwords')
    .select('password')
    .where('instance_uuid', '=', instanceUuid)
    .executeTakeFirst();
  return row?.password ?? null;
}

/** @returns false when the instance has one already. */
export async function savePassword(db: CellWriter, instanceUuid: string, password: string): Promise<boolean> {
  return await insertOnce(db.insertInto('guest_passwords').values({ instance_uuid: instanceUuid, password }));
}

export async function clearPassword(db: CellWriter, instanceUuid: string): Promise<void> {
  await db.deleteFrom('guest_passwords').where('instance_uuid', '=', instanceUuid).execute();
}

/** The password that arrives with a moved instance, in place of any that is left here. */
export async function bringPassword(tx: CellTx, instanceUuid: string, password: string | null): Promise<void> {
  await clearPassword(tx, instanceUuid);
  if (password !== null) await savePassword(tx, instanceUuid, password);
}

/** Deletes at most `limit` passwords of instances that are not here any more. @returns how many it found. */
export async function dropPasswords(
  { read, write }: Pick<CellDatabase, 'read' | 'write'>,
  limit: number,
): Promise<number> {
  const rows = await read
    .selectFrom('guest_passwords')
    .select('instance_uuid')
    .where(sql<boolean>`NOT EXISTS (SELECT 1 FROM instances WHERE instances.uuid = guest_passwords.instance_uuid)`)
    .limit(limit)
    .execute();
  const uuids = rows.map((row) => row.instance_uuid);
  if (uuids.length > 0) await write.deleteFrom('guest_passwords').where('instance_uuid', 'in', uuids).execute();
  return uuids.length;
}
