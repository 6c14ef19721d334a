import type { CellReader } from '../../cell-database.ts';
import { type CellRow, cellRows } from '../../cell-row.ts';

/** The maximum number of differences of one kind in one round of an auditor. */
export const MAX_DIFFERENCES = 500;

/**
 * Those of these instances that an operation of this cell works on, with or without a row. The half-done work of an operation is no
 * difference, and nobody else may touch it.
 */
async function busyInstances(read: CellReader, uuids: Iterable<string>): Promise<ReadonlySet<string>> {
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

export const isBusy = async (read: CellReader, uuid: string): Promise<boolean> =>
  (await busyInstances(read, [uuid])).has(uuid);

interface LimitedQuery<R> {
  limit(count: number): { execute(): Promise<R[]> };
}

/** Reads what a query finds, up to `MAX_DIFFERENCES` rows, of instances that are idle. */
export const idleDifferences =
  <R extends { readonly instance_uuid: string }, A extends readonly unknown[]>(
    query: (read: CellReader, ...bounds: A) => LimitedQuery<R>,
  ) =>
  async (read: CellReader, ...bounds: A): Promise<readonly CellRow<R>[]> =>
    idleOnly(
      read,
      await query(read, ...bounds)
        .limit(MAX_DIFFERENCES)
        .execute(),
    );

/** The rows whose instance is idle: no operation works on it. */
export async function idleOnly<R extends { readonly instance_uuid: string }>(
  read: CellReader,
  rows: readonly R[],
): Promise<readonly CellRow<R>[]> {
  const busy = await busyInstances(
    read,
    rows.map((row) => row.instance_uuid),
  );
  return cellRows(rows.filter((row) => !busy.has(row.instance_uuid)));
}
