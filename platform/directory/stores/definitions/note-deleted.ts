import type { DefinitionKey } from '../../../objects/definitions.ts';
import type { DirectoryTx } from '../../directory.ts';

/** The cells that know of these have to forget them. Call it in the transaction that deletes them. */
export async function noteDeleted(tx: DirectoryTx, kind: DefinitionKey['kind'], ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .insertInto('deleted_definitions')
    .ignore()
    .values(ids.map((id) => ({ kind, id })))
    .execute();
}
