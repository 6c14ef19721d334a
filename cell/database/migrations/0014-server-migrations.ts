import { EXACT_TEXT } from '#platform/database/exact-text.ts';
import type { Migration } from '#platform/database/migrations.ts';

/** What was resized, migrated, evacuated or moved, for the lists of migrations. */
export const serverMigrations: Migration = {
  name: '0014-server-migrations',
  up: [
    `CREATE TABLE IF NOT EXISTS server_migrations (
    id CHAR(36) NOT NULL PRIMARY KEY,
    instance_uuid CHAR(36) NOT NULL,
    project_id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    type VARCHAR(20) NOT NULL,
    status VARCHAR(20) NOT NULL,
    hidden TINYINT NOT NULL,
    source_compute VARCHAR(255) NULL,
    source_node VARCHAR(255) NULL,
    dest_compute VARCHAR(255) NULL,
    dest_node VARCHAR(255) NULL,
    dest_host VARCHAR(255) NULL,
    old_flavor_id VARCHAR(255) NOT NULL,
    new_flavor_id VARCHAR(255) NOT NULL,
    progress TEXT NULL,
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NULL,
    KEY server_migrations_created (created_at, id),
    KEY server_migrations_instance (instance_uuid)
  ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
  ],
};
