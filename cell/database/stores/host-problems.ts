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
