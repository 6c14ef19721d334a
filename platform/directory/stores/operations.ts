import { randomUUID } from 'node:crypto';
import type { Static, TSchema } from 'typebox';
import type { GlobalOperation } from '../../contracts/global-operations.ts';
import { type NewOperation, newRow } from '../../operations/new-row.ts';
import { operationToTable } from '../../operations/operation-rows.ts';
import type { DirectoryReader, DirectoryTx, DirectoryWriter } from '../directory.ts';

interface Begun<P extends TSchema> extends Omit<NewOperation, 'id' | 'kind' | 'params'> {
  readonly params: Static<P>;
}

/**
 * Writes operations that the super-conductor runs once `tx` has committed, due at once.
 * @returns their ids in order: after the commit, wake `operation.queue` with them.
 */
export async function beginOperations<P extends TSchema>(
  tx: DirectoryTx,
  { kind, deadline }: GlobalOperation<P>,
  begun: readonly Begun<P>[],
  now: number,
): Promise<readonly string[]> {
  if (begun.length === 0) return [];
  const rows = begun.map((one) => newRow({ ...one, id: randomUUID(), kind }, deadline, now));
  await tx.insertInto('operations').values(rows.map(operationToTable)).execute();
  return rows.map(({ id }) => id);
}

/** The params of every operation of this kind about a subject, ended ones too. */
export async function paramsOfOperations<P>(
  read: DirectoryReader,
  subject: string,
  kind: string,
): Promise<readonly P[]> {
  const rows = await read
    .selectFrom('operations')
    .select('params')
    .where('subject', '=', subject)
    .where('kind', '=', kind)
    .execute();
  return rows.map((row) => JSON.parse(row.params) as P);
}

/** Removes operations that ended before this moment, ms since the epoch. @returns how many; at most `limit`. */
export async function purgeOperations(db: DirectoryWriter, finishedBefore: number, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('operations')
    .where('finished_at', '<', finishedBefore)
    .limit(limit)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
