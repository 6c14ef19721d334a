export interface DefinedGroupsTable {
  id: string;
  generation: number;
  /** JSON of GroupRule[]. */
  rules: string;
}

/** The groups that a rule of a group names as remote. */
export interface DefinedRemotesTable {
  group_id: string;
  remote_id: string;
}

export interface DefinedPortsTable {
  id: string;
  generation: number;
  /** JSON {groupIds, addresses, portSecurity}. */
  content: string;
}

export interface DefinedNetworksTable {
  id: string;
  generation: number;
  /** JSON of Network. */
  content: string;
}

export interface DefinedRoutersTable {
  id: string;
  generation: number;
  /** JSON of RouterContent. */
  content: string;
}

/** The networks of each router. */
export interface DefinedRouterNetworksTable {
  router_id: string;
  network_id: string;
  /** 1: as the way outside; 0: by an interface. */
  is_gateway: number;
}

/** The ports of each group. */
export interface DefinedMembersTable {
  group_id: string;
  port_id: string;
  /** JSON of string[]. */
  addresses: string;
  /** Of the cell's definitions, with which the row last changed. */
  version: number;
  /** 1: it is a member no longer. Such a row is kept for a while, for agents that ask what has changed. */
  gone: number;
  changed_at: number;
}

/** One row. Who changes definitions has locked it, so versions are in the order of commits. */
export interface DefinitionVersionTable {
  id: number;
  version: number;
  /** The highest version of the rows of members that are gone and were dropped: who knows an older one gets whole lists. */
  whole_before: number;
}

export interface DefinitionTables {
  defined_groups: DefinedGroupsTable;
  defined_remotes: DefinedRemotesTable;
  defined_ports: DefinedPortsTable;
  defined_networks: DefinedNetworksTable;
  defined_routers: DefinedRoutersTable;
  defined_router_networks: DefinedRouterNetworksTable;
  defined_members: DefinedMembersTable;
  definition_version: DefinitionVersionTable;
}
