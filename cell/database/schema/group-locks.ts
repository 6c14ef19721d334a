/** A transaction that claims for a member of a server group with a hard policy locks this row, so that two members never claim at once. */
export interface GroupLocksTable {
  group_id: string;
  version: number;
}

export interface GroupLockTables {
  group_locks: GroupLocksTable;
}
