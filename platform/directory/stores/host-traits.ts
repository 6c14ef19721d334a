import { sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { json, recordTable } from '../../database/record-table.ts';
import { deleteRows } from '../../database/write-rows.ts';
import type { DirectoryTx } from '../directory.ts';
import type { HostTraitsTable } from '../schema/host-traits.ts';
import type { DirectoryTables } from '../tables.ts';
import { raiseSchedulingGeneration } from './scheduling-generation.ts';

/** The custom traits of a host of a cell. A host without a record has none, at revision 0. */
export interface HostTraits {
  readonly cellId: string;
  readonly hostName: string;
  /** In alphabetical order. */
  readonly traits: readonly string[];
  readonly revision: number;
}

const TRAITS = recordTable<HostTraits, HostTraitsTable>('host_traits')({
  cellId: 'cell_id',
  hostName: 'host_name',
  traits: json('traits'),
  revision: 'revision',
});

/** Of every host that ever had one; one statement. */
export async function listHostTraits(read: Reader<DirectoryTables>): Promise<readonly HostTraits[]> {
  return (await read.selectFrom('host_traits').selectAll().execute()).map(TRAITS.fromRow);
}

/** Whether any host has the trait. A name of a custom trait has no character that means something in a pattern but `_`. */
export async function hasTrait(tx: DirectoryTx, name: string): Promise<boolean> {
  const row = await tx
    .selectFrom('host_traits')
    .select('host_name')
    .where(sql<boolean>`INSTR(traits, ${JSON.stringify(name)}) > 0`)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Replaces the custom traits of a host, if its record is still at the revision that was read. Once it is committed, no server is scheduled without the
 * change. @returns false when the record has another revision by now.
 */
export async function setHostTraits(
  tx: DirectoryTx,
  { cellId, hostName }: Pick<HostTraits, 'cellId' | 'hostName'>,
  traits: readonly string[],
  ifRevision: number,
): Promise<boolean> {
  await tx
    .insertInto('host_traits')
    .ignore()
    .values(TRAITS.toRow({ cellId, hostName, traits: [], revision: 0 }))
    .execute();
  const { numUpdatedRows } = await tx
    .updateTable('host_traits')
    .set(TRAITS.toColumns({ traits: [...traits].sort(), revision: ifRevision + 1 }))
    .where('cell_id', '=', cellId)
    .where('host_name', '=', hostName)
    .where('revision', '=', ifRevision)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows !== 1n) return false;
  await raiseSchedulingGeneration(tx);
  return true;
}

/** The host of this cell is forgotten. */
export async function forgetHostTraits(tx: DirectoryTx, hostName: string, cellId: string): Promise<void> {
  await deleteRows(tx, 'host_traits', { cell_id: cellId, host_name: hostName });
}
