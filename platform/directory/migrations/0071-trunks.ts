import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

/** Trunks: ports whose frames come tagged on the card of another port. */
export const trunks: Migration = {
  name: '0071-trunks',
  up: [
    `CREATE TABLE IF NOT EXISTS trunks (
      id CHAR(36) NOT NULL PRIMARY KEY,
      project_id VARCHAR(64) NOT NULL,
      name VARCHAR(255) NOT NULL,
      description VARCHAR(255) NOT NULL,
      admin_state_up TINYINT NOT NULL,
      port_id CHAR(36) NOT NULL,
      status VARCHAR(16) NOT NULL,
      looked_at BIGINT NOT NULL,
      tags TEXT NOT NULL,
      created_at DATETIME(6) NOT NULL,
      updated_at DATETIME(6) NOT NULL,
      revision INT NOT NULL,
      UNIQUE KEY trunks_port (port_id),
      KEY trunks_project (project_id, name),
      KEY trunks_looked_at (looked_at)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    `CREATE TABLE IF NOT EXISTS subports (
      port_id CHAR(36) NOT NULL PRIMARY KEY,
      trunk_id CHAR(36) NOT NULL,
      segmentation_id INT NOT NULL,
      UNIQUE KEY subports_segment (trunk_id, segmentation_id)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
  ],
};
