import type { Generated } from 'kysely';

/** The capacity of a host that is reserved for a guest. Written with the guest and deleted with it; never changed in between. */
export interface ClaimsTable {
  guest_id: string;
  host_id: string;
  instance_uuid: string;
  /** The server group whose policy applies to the guest. */
  group_id: string | null;
  vcpus: number;
  ram_mb: number;
  disk_gb: number;
  /** JSON of GuestPlacement; null: the guest has no CPUs, pages or nodes of its host to itself. */
  placement: Generated<string | null>;
  /** JSON of HostDevice[], the devices that the guest has; null: none. */
  devices: Generated<string | null>;
}

export interface ClaimTables {
  claims: ClaimsTable;
}
