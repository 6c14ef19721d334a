import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

/**
 * The road of definitions to cells (docs/decisions/0030). Every port there is counts as changed; a group is announced to those who get a port
 * with it, and otherwise when it changes.
 */
export const definitions: Migration = {
  name: '0058-definitions',
  up: [
    'ALTER TABLE ports ADD COLUMN IF NOT EXISTS announced TINYINT NOT NULL DEFAULT 0',
    'ALTER TABLE ports ADD KEY IF NOT EXISTS ports_announced (announced)',
    'ALTER TABLE security_groups ADD COLUMN IF NOT EXISTS announced TINYINT NOT NULL DEFAULT 1',
    'ALTER TABLE security_groups ADD KEY IF NOT EXISTS security_groups_announced (announced)',
    `CREATE TABLE IF NOT EXISTS deleted_definitions (
      kind VARCHAR(8) NOT NULL,
      id CHAR(36) NOT NULL,
      PRIMARY KEY (kind, id)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    `CREATE TABLE IF NOT EXISTS port_groups (
      port_id CHAR(36) NOT NULL,
      group_id CHAR(36) NOT NULL,
      cell_id CHAR(36) NOT NULL,
      PRIMARY KEY (port_id, group_id),
      KEY port_groups_group (group_id, cell_id),
      KEY port_groups_cell (cell_id, group_id)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    `CREATE TABLE IF NOT EXISTS enforcing_cells (
      cell_id CHAR(36) NOT NULL PRIMARY KEY,
      leased_by VARCHAR(255) NULL,
      leased_until BIGINT NOT NULL DEFAULT 0
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    `CREATE TABLE IF NOT EXISTS cell_definitions (
      cell_id CHAR(36) NOT NULL,
      kind VARCHAR(8) NOT NULL,
      id CHAR(36) NOT NULL,
      generation INT NOT NULL,
      PRIMARY KEY (cell_id, kind, id),
      KEY cell_definitions_id (kind, id)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    `CREATE TABLE IF NOT EXISTS definitions_due (
      cell_id CHAR(36) NOT NULL,
      kind VARCHAR(8) NOT NULL,
      id CHAR(36) NOT NULL,
      times INT NOT NULL,
      PRIMARY KEY (cell_id, kind, id)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    `CREATE TABLE IF NOT EXISTS definition_turn (
      id TINYINT NOT NULL PRIMARY KEY
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    'INSERT IGNORE INTO definition_turn (id) VALUES (1)',
  ],
};
