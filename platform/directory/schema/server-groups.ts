/** Instances that want to be together or apart. */
export interface ServerGroupsTable {
  uuid: string;
  project_id: string;
  user_id: string;
  name: string;
  /** affinity, anti-affinity, soft-affinity or soft-anti-affinity. */
  policy: string;
  /** The rule `max_server_per_host` of anti-affinity; null when none was given, which means 1. */
  max_server_per_host: number | null;
  created_at: string;
}

/** An instance is in one group at most. The row goes in the transaction that releases the instance. */
interface ServerGroupMembersTable {
  instance_uuid: string;
  group_uuid: string;
  /** Who added it: the limit server_group_members counts per user. */
  user_id: string;
  created_at: string;
}

export interface ServerGroupTables {
  server_groups: ServerGroupsTable;
  server_group_members: ServerGroupMembersTable;
}
