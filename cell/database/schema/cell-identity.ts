/** One row with the identity of this cell. Created at the first start and never changed. */
export interface CellIdentityTable {
  id: 1;
  cell_id: string;
  created_at: number;
}

export interface CellIdentityTables {
  cell_identity: CellIdentityTable;
}
