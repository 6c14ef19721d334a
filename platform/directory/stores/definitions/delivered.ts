import { upsertRows } from '../../../database/write-rows.ts';
import type { Definition, DefinitionKey } from '../../../objects/definitions.ts';
import type { Directory, DirectoryTx } from '../../directory.ts';
import { addDue, type Due, type DueNow, ROWS_AT_ONCE, removeDue } from './due.ts';
import { takeTurn } from './turn.ts';

/** What one cell has taken, and what it has forgotten, of what was due there. */
export interface Delivered {
  readonly cellId: string;
  readonly due: readonly DueNow[];
  readonly put: readonly Definition[];
  readonly forgotten: readonly DefinitionKey[];
}

/**
 * Writes down what cells have taken, and what they have forgotten. The remote members of the groups that a cell was given, and that it does not
 * know yet, become due. @returns in which cells there are any.
 */
export async function noteDelivered(
  directory: Directory,
  delivered: readonly Delivered[],
): Promise<ReadonlySet<string>> {
  return directory.transaction(async (tx) => {
    await takeTurn(tx);
    await removeDue(
      tx,
      delivered.flatMap(({ due }) => due),
    );
    const given = delivered.flatMap(({ cellId, put }) =>
      put.map(({ kind, id, generation }) => ({ cell_id: cellId, kind, id, generation })),
    );
    for (let at = 0; at < given.length; at += ROWS_AT_ONCE)
      await upsertRows(tx, 'cell_definitions', given.slice(at, at + ROWS_AT_ONCE), 'generation');
    await removeForgotten(tx, delivered);
    const missing = [];
    for (const { cellId, put } of delivered) missing.push(...(await missingMembers(tx, cellId, put)));
    await addDue(tx, missing);
    return new Set(missing.map(({ cellId }) => cellId));
  });
}

/** One statement for each set of cells that have forgotten the same: mostly there is one. */
async function removeForgotten(tx: DirectoryTx, delivered: readonly Delivered[]): Promise<void> {
  const cellsOf = new Map<string, { readonly key: DefinitionKey; readonly cellIds: string[] }>();
  for (const { cellId, forgotten } of delivered) {
    for (const key of forgotten) {
      const name = `${key.kind} ${key.id}`;
      const known = cellsOf.get(name) ?? { key, cellIds: [] };
      cellsOf.set(name, known);
      known.cellIds.push(cellId);
    }
  }
  for (const alike of Map.groupBy(cellsOf.values(), ({ cellIds }) => cellIds.join(' ')).values()) {
    const [{ cellIds } = { cellIds: [] as string[] }] = alike;
    await removeGiven(
      tx,
      cellIds,
      alike.map(({ key }) => key),
    );
  }
}

/** These count as not given. By kind: the server needs 160 ms to plan a DELETE with 500 pairs, where several keys fit, and 5 ms with 500 ids. */
export async function removeGiven(
  tx: DirectoryTx,
  cellIds: readonly string[],
  keys: readonly DefinitionKey[],
): Promise<void> {
  for (const [kind, some] of Map.groupBy(keys, (key) => key.kind)) {
    await tx
      .deleteFrom('cell_definitions')
      .where('cell_id', 'in', [...cellIds])
      .where('kind', '=', kind)
      .where(
        'id',
        'in',
        some.map(({ id }) => id),
      )
      .execute();
  }
}

async function missingMembers(tx: DirectoryTx, cellId: string, put: readonly Definition[]): Promise<readonly Due[]> {
  const remotes = put.flatMap((one) =>
    one.kind === 'group' ? one.rules.map(({ remoteGroupId }) => remoteGroupId) : [],
  );
  const named = [...new Set(remotes.filter((id) => id !== null))];
  if (named.length === 0) return [];
  const rows = await tx
    .selectFrom('port_groups')
    .leftJoin('cell_definitions', (join) =>
      join
        .onRef('cell_definitions.id', '=', 'port_groups.port_id')
        .on('cell_definitions.kind', '=', 'port')
        .on('cell_definitions.cell_id', '=', cellId),
    )
    .select('port_groups.port_id')
    .distinct()
    .where('port_groups.group_id', 'in', named)
    .where('cell_definitions.id', 'is', null)
    .execute();
  return rows.map(({ port_id }) => ({ cellId, kind: 'port' as const, id: port_id }));
}
