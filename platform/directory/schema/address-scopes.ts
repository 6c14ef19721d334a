/** Subnet pools whose ranges do not overlap. */
export interface AddressScopesTable {
  id: string;
  project_id: string;
  name: string;
  ip_version: 4 | 6;
  /** 1: every project may have pools in it. */
  shared: number;
  revision: number;
}

export interface AddressScopeTables {
  address_scopes: AddressScopesTable;
}
