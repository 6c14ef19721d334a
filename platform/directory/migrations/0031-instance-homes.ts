import type { Migration } from '../../database/migrations.ts';

export const instanceHomes: Migration = {
  name: '0031-instance-homes',
  up: [
    `CREATE TABLE IF NOT EXISTS instance_homes (
  uuid CHAR(36) CHARACTER SET ascii NOT NULL PRIMARY KEY,
  project_id VARCHAR(64) NOT NULL,
  user_id VARCHAR(64) NOT NULL,
  name VARCHAR(255) NOT NULL,
  state VARCHAR(10) CHARACTER SET ascii NOT NULL,
  cell_id CHAR(36) CHARACTER SET ascii NULL,
  placing_cell_id CHAR(36) CHARACTER SET ascii NULL,
  epoch INT NOT NULL,
  build MEDIUMTEXT NOT NULL,
  fault TEXT NULL,
  delete_requested TINYINT NOT NULL DEFAULT 0,
  vcpus INT NOT NULL,
  ram_mb INT NOT NULL,
  created_at DATETIME(6) NOT NULL,
  updated_at DATETIME(6) NOT NULL,
  deleted_at DATETIME(6) NULL,
  KEY instance_homes_project (project_id, state, cell_id),
  KEY instance_homes_cell (cell_id, state, created_at),
  KEY instance_homes_state (state, updated_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    `CREATE TABLE IF NOT EXISTS stray_builds (
  instance_uuid CHAR(36) CHARACTER SET ascii NOT NULL,
  cell_id CHAR(36) CHARACTER SET ascii NOT NULL,
  epoch INT NOT NULL,
  asked_at BIGINT NOT NULL,
  PRIMARY KEY (instance_uuid, cell_id, epoch),
  KEY stray_builds_cell (cell_id, asked_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  ],
};
