import type { Generated } from 'kysely';
import type { JsonColumn } from '../../database/json-column.ts';

export interface SubnetPoolsTable {
  id: string;
  project_id: string;
  name: string;
  description: string;
  ip_version: 4 | 6;
  /** JSON of string[], each `address/prefix` in canonical form; none overlaps another. */
  prefixes: JsonColumn;
  min_prefixlen: number;
  max_prefixlen: number;
  default_prefixlen: number;
  /** What a project may have of it: addresses of version 4, networks of 64 bits of version 6; null: no limit. */
  default_quota: number | null;
  /** 1: every project may make subnets out of it. */
  shared: number;
  /** 1: of its version the one that `use_default_subnet_pool` means. */
  is_default: number;
  address_scope_id: Generated<string | null>;
  /** JSON of string[]. */
  tags: JsonColumn;
  created_at: string;
  updated_at: string;
  revision: number;
}

export interface SubnetPoolTables {
  subnet_pools: SubnetPoolsTable;
}
