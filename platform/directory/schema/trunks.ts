import type { JsonColumn } from '../../database/json-column.ts';

export interface TrunksTable {
  id: string;
  project_id: string;
  name: string;
  description: string;
  /** 0: its subports may not be changed. */
  admin_state_up: number;
  /** The parent. A port is the parent of one trunk. */
  port_id: string;
  /** DOWN: no server has the parent, or its host has built nothing. BUILD: its cell has not said yet what its host has built. */
  status: 'DOWN' | 'BUILD' | 'ACTIVE' | 'DEGRADED';
  /** When the status was last compared with the cell, ms since 1970; 0: to be compared now. */
  looked_at: number;
  /** JSON of string[]. */
  tags: JsonColumn;
  created_at: string;
  updated_at: string;
  revision: number;
}

/** A port is a subport of one trunk. Its row in `ports` has the trunk as device, and `trunk:subport` as owner. */
interface SubportsTable {
  port_id: string;
  trunk_id: string;
  segmentation_id: number;
}

export interface TrunkTables {
  trunks: TrunksTable;
  subports: SubportsTable;
}
