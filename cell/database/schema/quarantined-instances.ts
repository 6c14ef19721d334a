/**
 * An instance that is at home elsewhere (or nowhere) though it was here: its guests (role `aside`) are stopped and keep their disks and
 * claims until an operator gives them up.
 */
export interface QuarantinedInstancesTable {
  uuid: string;
  epoch: number;
  project_id: string;
  name: string;
  /** The name of the host its current copy is on. */
  host: string | null;
  reason: string;
  /** JSON array of the guests that were kept. */
  guest_ids: string;
  /** JSON of its row in `instances` as it was, so that it can be brought back by hand. */
  instance: string;
  aside_at: number;
}

export interface QuarantinedInstanceTables {
  aside_instances: QuarantinedInstancesTable;
}
