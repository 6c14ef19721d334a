/** A project's own limit of something that the Network API makes; without a row the built-in one holds. */
interface NetworkQuotasTable {
  project_id: string;
  resource:
    | 'network'
    | 'subnet'
    | 'port'
    | 'security_group'
    | 'security_group_rule'
    | 'address_group'
    | 'router'
    | 'floatingip'
    | 'trunk'
    | 'subnetpool'
    | 'rbac_policy'
    | 'address_scope'
    | 'qos_policy';
  /** -1: no limit. */
  hard_limit: number;
}

export interface NetworkQuotaTables {
  network_quotas: NetworkQuotasTable;
}
