import type { MigrationStatus, MigrationType } from '#platform/objects/server-migration.ts';

/**
 * One row for each time that a server changes its host or its size: resize, cold migration, move between cells, evacuation, live migration.
 * Its id is that of the operation (for a move: of the move). The transaction that begins, advances or ends the operation writes the row.
 * A row stays until its instance is forgotten; that of a move between cells stays in the cell where the instance lives now.
 */
export interface ServerMigrationsTable {
  id: string;
  instance_uuid: string;
  /** Whose user began it. */
  project_id: string;
  user_id: string;
  type: MigrationType;
  status: MigrationStatus;
  /** 1: lists leave it out, because the other cell of the move shows it. */
  hidden: number;
  source_compute: string | null;
  source_node: string | null;
  dest_compute: string | null;
  dest_node: string | null;
  /** The address of the destination. */
  dest_host: string | null;
  old_flavor_id: string;
  new_flavor_id: string;
  /** JSON of MigrationProgress; null: it counts nothing. */
  progress: string | null;
  created_at: string;
  updated_at: string | null;
}

export interface ServerMigrationTables {
  server_migrations: ServerMigrationsTable;
}
