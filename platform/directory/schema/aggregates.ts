import type { Generated } from 'kysely';

/** Hosts that operators see as one; the metadata `availability_zone` makes it a zone. Host names are unique over all cells. */
export interface AggregatesTable {
  id: Generated<number>;
  uuid: string;
  name: string;
  created_at: string;
  updated_at: string | null;
}
interface AggregateHostsTable {
  aggregate_id: number;
  host_name: string;
  /** Null: added by a release that did not record it. */
  cell_id: string | null;
}
interface AggregateMetadataTable {
  aggregate_id: number;
  meta_key: string;
  meta_value: string;
}

export interface AggregateTables {
  aggregates: AggregatesTable;
  aggregate_hosts: AggregateHostsTable;
  aggregate_metadata: AggregateMetadataTable;
}
