import type { JsonColumn } from '../../database/json-column.ts';

export interface AddressGroupsTable {
  id: string;
  project_id: string;
  name: string;
  description: string;
  /** JSON of string[], each `address/prefix` in canonical form. */
  addresses: JsonColumn;
  created_at: string;
  updated_at: string;
  revision: number;
}

export interface AddressGroupTables {
  address_groups: AddressGroupsTable;
}
