/** What a guest takes from its host. Written with the guest and deleted with it; never changed in between. */
export interface ClaimsTable {
  guest_id: string;
  host_id: string;
  instance_uuid: string;
  /** Server group whose policy holds on the host. */
  group_id: string | null;
  vcpus: number;
  ram_mb: number;
  disk_gb: number;
}

export interface ClaimTables {
  claims: ClaimsTable;
}
