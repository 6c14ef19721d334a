/** The registry of cells. `door_key` is sealed with the signing key (stores/cells.ts), so a dump of the directory opens no door. */
export interface CellsTable {
  id: string;
  name: string;
  url: string;
  door_key: string;
  /** 'enabled' or 'disabled': a disabled cell gets no new instances. */
  state: string;
  created_at: string;
  updated_at: string;
}

export interface CellTables {
  cells: CellsTable;
}
