import type { Generated } from 'kysely';

/**
 * A hypervisor. `used_*` is the sum of its claims and changes only in the transaction that writes or deletes one; `capacity_*` is
 * (total − reserved) × ratio of the last report. `version` grows with every change that a scheduler must see.
 */
export interface HostsTable {
  id: string;
  name: string;
  /** `hypervisor_hostname`. */
  node: string;
  version: number;
  /** JSON of HostReport. */
  report: string;
  /** JSON {vcpus, ramMb, diskGb}. */
  ratios: string;
  capacity_vcpus: number;
  capacity_ram_mb: number;
  capacity_disk_gb: number;
  used_vcpus: number;
  used_ram_mb: number;
  used_disk_gb: number;
  /** JSON of NodeUse[], the sum of the placements of its claims; null: none has one. */
  nodes_used: Generated<string | null>;
  /** JSON of the addresses of the devices that its claims have, in order; null: none. */
  devices_used: Generated<string | null>;
  /** The number of claims. */
  guests: number;
  compute_agent_id: string | null;
  network_agent_id: string | null;
  /** 1: both agents are up and no operator has forced the host down. */
  up: number;
  /** Why an agent of the host says that it can take no new guests; null when it can. */
  compute_problem: string | null;
  network_problem: string | null;
  enabled: number;
  disabled_reason: string | null;
  forced_down: number;
  /** 1: its network agent takes definitions. */
  enforces_groups: Generated<number>;
  /** 1: it gives subports their tags; 0: it cannot; null: its network agent has not said. */
  tags_frames: Generated<number | null>;
  /** JSON, the types of networks that it carries; null: its network agent does not tell. */
  segment_types: Generated<string | null>;
  /** How many builds in a row have failed. */
  build_failures: number;
  /** When the host is tried again, ms; null: now, or no build has failed. */
  build_trial_at: Generated<number | null>;
  started_at: string;
}

export interface HostTables {
  hosts: HostsTable;
}
