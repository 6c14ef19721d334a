import { randomUUID } from 'node:crypto';
import type { CellDatabase } from '../cell-database.ts';

/** The id of the cell, created when its database is first used. Several conductors may call it at once. */
export async function cellIdentity(database: CellDatabase, now: number): Promise<string> {
  const known = await read(database);
  if (known !== undefined) return known;
  await database.transaction((tx) =>
    tx.insertInto('cell_identity').ignore().values({ id: 1, cell_id: randomUUID(), created_at: now }).execute(),
  );
  return (await read(database)) ?? cellIdentity(database, now);
}

async function read(database: CellDatabase): Promise<string | undefined> {
  const row = await database.read.selectFrom('cell_identity').select('cell_id').executeTakeFirst();
  return row?.cell_id;
}
