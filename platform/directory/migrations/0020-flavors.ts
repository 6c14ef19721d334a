import type { Migration } from '../../database/migrations.ts';

/** Ids and names are told apart by case, so the columns are binary. */
export const flavors: Migration = {
  name: '0020-flavors',
  up: [
    `CREATE TABLE IF NOT EXISTS flavors (
      flavor_id VARCHAR(255) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
      name VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
      vcpus INT NOT NULL,
      ram_mb INT NOT NULL,
      disk_gb INT NOT NULL,
      ephemeral_gb INT NOT NULL,
      swap_mb INT NOT NULL,
      rxtx_factor DOUBLE NOT NULL,
      is_public TINYINT NOT NULL,
      disabled TINYINT NOT NULL,
      description TEXT NULL,
      extra_specs MEDIUMTEXT NOT NULL,
      created_at DATETIME(6) NOT NULL,
      updated_at DATETIME(6) NULL,
      UNIQUE KEY flavors_name (name)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    `CREATE TABLE IF NOT EXISTS flavor_access (
      flavor_id VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
      project_id VARCHAR(255) NOT NULL,
      PRIMARY KEY (flavor_id, project_id),
      KEY flavor_access_project (project_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  ],
};
