/**
 * A cell was asked to make an instance, its answer was lost, and the instance went elsewhere under a higher epoch. If the cell has it at
 * `epoch`, it must forget it. The row stays until the cell has confirmed that, at a time when the first request can no longer arrive.
 */
export interface OrphanedPlacementsTable {
  instance_uuid: string;
  cell_id: string;
  epoch: number;
  /** ms since the epoch. */
  asked_at: number;
}

export interface OrphanedPlacementTables {
  stray_builds: OrphanedPlacementsTable;
}
