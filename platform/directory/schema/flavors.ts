/** `flavor_id` is the id that users know. An instance stores its flavor itself, so a row here may change or be deleted at any time. */
export interface FlavorsTable {
  flavor_id: string;
  name: string;
  vcpus: number;
  ram_mb: number;
  disk_gb: number;
  ephemeral_gb: number;
  swap_mb: number;
  rxtx_factor: number;
  is_public: number;
  disabled: number;
  description: string | null;
  /** JSON object of strings. */
  extra_specs: string;
  created_at: string;
  updated_at: string | null;
}

/** The projects that may use a flavor that is not public. */
interface FlavorAccessTable {
  flavor_id: string;
  project_id: string;
}

export interface FlavorTables {
  flavors: FlavorsTable;
  flavor_access: FlavorAccessTable;
}
