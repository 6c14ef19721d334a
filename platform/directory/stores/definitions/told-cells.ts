import type { Directory, DirectoryReader } from '../../directory.ts';
import { takeTurn } from './turn.ts';

/** The cells of which a host takes definitions, as they last said. */
export async function listToldCells(read: DirectoryReader): Promise<readonly string[]> {
  const rows = await read.selectFrom('enforcing_cells').select('cell_id').orderBy('cell_id').execute();
  return rows.map(({ cell_id }) => cell_id);
}

/** From now on the cell gets definitions. What it needs already is due when it is next compared (compare.ts). May be repeated. */
export async function beginTelling({ write }: Directory, cellId: string): Promise<void> {
  await write.insertInto('enforcing_cells').ignore().values({ cell_id: cellId }).execute();
}

/** The cell gets definitions no longer. What it was given counts as not given. May be repeated. */
export async function endTelling(directory: Directory, cellId: string): Promise<void> {
  await directory.transaction(async (tx) => {
    await tx.deleteFrom('enforcing_cells').where('cell_id', '=', cellId).execute();
    await tx.deleteFrom('definitions_due').where('cell_id', '=', cellId).execute();
    await tx.deleteFrom('cell_definitions').where('cell_id', '=', cellId).execute();
  });
}

/** While no cell takes definitions nobody has to forget what was deleted. What was announced of it is forgotten here. */
export async function dropDeleted(directory: Directory): Promise<void> {
  const any = await directory.read.selectFrom('deleted_definitions').select('id').limit(1).executeTakeFirst();
  if (any === undefined) return;
  await directory.transaction(async (tx) => {
    await takeTurn(tx);
    const rows = await tx.selectFrom('deleted_definitions').selectAll().execute();
    for (const [kind, some] of Map.groupBy(rows, (row) => row.kind)) {
      const ids = some.map(({ id }) => id);
      if (kind === 'port') {
        await tx.deleteFrom('port_groups').where('port_id', 'in', ids).execute();
        await tx.deleteFrom('port_networks').where('port_id', 'in', ids).execute();
      }
      if (kind === 'router') await tx.deleteFrom('router_networks').where('router_id', 'in', ids).execute();
      await tx.deleteFrom('deleted_definitions').where('kind', '=', kind).where('id', 'in', ids).execute();
    }
  });
}

/** Nobody else delivers to a cell for so long after its lease was last renewed, ms. Longer than a call of a door takes. */
const LEASE_MS = 15_000;

/** Takes or renews the leases of cells. @returns those that the worker has: no other worker has them, and they take definitions. */
export async function leaseCells(
  { read, write }: Directory,
  { cellIds, workerId }: { readonly cellIds: readonly string[]; readonly workerId: string },
  now: number,
): Promise<ReadonlySet<string>> {
  if (cellIds.length === 0) return new Set();
  await write
    .updateTable('enforcing_cells')
    .set({ leased_by: workerId, leased_until: now + LEASE_MS })
    .where('cell_id', 'in', [...cellIds])
    .where((eb) => eb.or([eb('leased_by', '=', workerId), eb('leased_until', '<', now)]))
    .execute();
  const rows = await read
    .selectFrom('enforcing_cells')
    .select('cell_id')
    .where('cell_id', 'in', [...cellIds])
    .where('leased_by', '=', workerId)
    .where('leased_until', '>=', now + LEASE_MS)
    .execute();
  return new Set(rows.map(({ cell_id }) => cell_id));
}

/** A worker that ends lets others deliver at once. */
export async function releaseLeases({ write }: Directory, workerId: string): Promise<void> {
  await write.updateTable('enforcing_cells').set({ leased_until: 0 }).where('leased_by', '=', workerId).execute();
}
