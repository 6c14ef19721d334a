import type { Reader } from '../../database/database.ts';
import type { DirectoryTx } from '../directory.ts';
import type { DirectoryTables } from '../tables.ts';

const ONLY = 1;

/**
 * To be written with every change that decides where servers may go: aggregates and their hosts, cells, services of hosts. Once it is
 * committed, no decision is made without the change.
 */
export async function raiseSchedulingGeneration(tx: DirectoryTx): Promise<void> {
  await tx
    .insertInto('scheduling_generation')
    .values({ id: ONLY, generation: 1 })
    .onDuplicateKeyUpdate((eb) => ({ generation: eb('scheduling_generation.generation', '+', 1) }))
    .execute();
}

export async function schedulingGeneration(read: Reader<DirectoryTables>): Promise<number> {
  const row = await read
    .selectFrom('scheduling_generation')
    .select('generation')
    .where('id', '=', ONLY)
    .executeTakeFirst();
  return Number(row?.generation ?? 0);
}
