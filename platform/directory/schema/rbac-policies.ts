/** One project, or every one, may use an object of another project. */
export interface RbacPoliciesTable {
  id: string;
  /** Who made it: the owner of the object, or an admin's project. */
  project_id: string;
  object_type: 'network' | 'subnetpool' | 'address_group' | 'address_scope' | 'security_group' | 'qos_policy';
  object_id: string;
  action: 'access_as_shared' | 'access_as_external';
  /** `*`: every project. */
  target_project: string;
  revision: number;
}

export interface RbacPolicyTables {
  rbac_policies: RbacPoliciesTable;
}
