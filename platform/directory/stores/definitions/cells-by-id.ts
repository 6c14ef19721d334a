/** By the id of a group, network, router or other definition: cells. */
export type CellsById = ReadonlyMap<string, readonly string[]>;

/** The cells of each id. The empty cell, of a server that is nowhere, is left out. */
export function cellsById(rows: readonly { readonly id: string; readonly cell_id: string }[]): CellsById {
  const somewhere = rows.filter(({ cell_id }) => cell_id !== '');
  return new Map(
    [...Map.groupBy(somewhere, ({ id }) => id)].map(([id, own]) => [id, own.map(({ cell_id }) => cell_id)]),
  );
}
