import { sql } from 'kysely';
import { fromJson } from '#platform/database/json-column.ts';
import type { HostReport } from '#platform/objects/host.ts';
import type { CellReader } from '../cell-database.ts';
import { cellRows } from '../cell-row.ts';

/** The hosts whose agents say that they can take no new guests. */
export async function hostsWithProblems(
  read: CellReader,
): Promise<
  readonly { readonly name: string; readonly computeProblem: string | null; readonly networkProblem: string | null }[]
> {
  return cellRows(
    await read
      .selectFrom('hosts')
      .select(['name', 'compute_problem', 'network_problem'])
      .where((eb) => eb.or([eb('compute_problem', 'is not', null), eb('network_problem', 'is not', null)]))
      .orderBy('name')
      .execute(),
  );
}

/** The hosts whose compute agents say what their guests lack: a user of their own, a limit. */
export async function hostsWithoutWalls(
  read: CellReader,
): Promise<readonly { readonly name: string; readonly missing: readonly string[] }[]> {
  const rows = await read
    .selectFrom('hosts')
    .select(['name', 'report'])
    .where(sql<number>`JSON_LENGTH(report, '$.capabilities.missingGuestWalls')`, '>', 0)
    .where('compute_agent_id', 'is not', null)
    .orderBy('name')
    .execute();
  return rows.map(({ name, report }) => ({
    name,
    missing: fromJson<HostReport>(report).capabilities.missingGuestWalls ?? [],
  }));
}
