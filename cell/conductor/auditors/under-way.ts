import type { CellReader } from '../../database/cell-database.ts';

/**
 * Of these instances, those that an operation of this cell is working at, whether or not they have a row: what such an operation has
 * half done is no difference, and nobody else's to touch.
 */
export async function underWay(read: CellReader, uuids: Iterable<string>): Promise<ReadonlySet<string>> {
  const subjects = [...new Set(uuids)];
  if (subjects.length === 0) return new Set();
  const rows = await read
    .selectFrom('operations')
    .select('subject')
    .where('subject', 'in', subjects)
    .where('finished_at', 'is', null)
    .execute();
  return new Set(rows.map(({ subject }) => subject));
}

/** Those whose instance nobody works at. */
export async function atRest<R extends { readonly instance_uuid: string }>(
  read: CellReader,
  rows: readonly R[],
): Promise<readonly R[]> {
  const busy = await underWay(
    read,
    rows.map((row) => row.instance_uuid),
  );
  return rows.filter((row) => !busy.has(row.instance_uuid));
}

/** How many of a kind are looked at in one round. */
export const MOST = 500;
