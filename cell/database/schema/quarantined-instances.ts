/**
 * A quarantined instance: it was here and lives elsewhere or nowhere now. Its guests are stopped and keep their disks and claims until an
 * operator removes them.
 */
export interface QuarantinedInstancesTable {
  uuid: string;
  epoch: number;
  project_id: string;
  name: string;
  /** The name of the host of its current guest. */
  host: string | null;
  reason: string;
  /** JSON array of the ids of its guests. */
  guest_ids: string;
  /** JSON of its row in `instances`, from which an operator can restore it. */
  instance: string;
  aside_at: number;
}

export interface QuarantinedInstanceTables {
  aside_instances: QuarantinedInstancesTable;
}
