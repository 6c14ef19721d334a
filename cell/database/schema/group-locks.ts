/** Locked by whoever claims for a member of a server group with a hard policy, so that two members never decide at once. */
export interface GroupLocksTable {
  group_id: string;
  version: number;
}

export interface GroupLockTables {
  group_locks: GroupLocksTable;
}
