/**
 * A cell was asked to make an instance and its answer was lost, and the instance went elsewhere under a higher epoch: if the cell
 * has it at `epoch`, it must forget it. Kept until the cell has said so after the question can no longer be under way.
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
