import { EXACT_TEXT } from '#platform/database/exact-text.ts';
import type { Migration } from '#platform/database/migrations.ts';

/** What hosts must know of security groups and ports (docs/decisions/0030). */
export const definitions: Migration = {
  name: '0017-definitions',
  up: [
    'ALTER TABLE hosts ADD COLUMN IF NOT EXISTS enforces_groups TINYINT NOT NULL DEFAULT 0',
    `CREATE TABLE IF NOT EXISTS defined_groups (
      id CHAR(36) NOT NULL PRIMARY KEY,
      generation INT NOT NULL,
      rules MEDIUMTEXT NOT NULL
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    `CREATE TABLE IF NOT EXISTS defined_remotes (
      group_id CHAR(36) NOT NULL,
      remote_id CHAR(36) NOT NULL,
      PRIMARY KEY (group_id, remote_id),
      KEY defined_remotes_remote (remote_id)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    `CREATE TABLE IF NOT EXISTS defined_ports (
      id CHAR(36) NOT NULL PRIMARY KEY,
      generation INT NOT NULL,
      content MEDIUMTEXT NOT NULL
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    `CREATE TABLE IF NOT EXISTS defined_members (
      group_id CHAR(36) NOT NULL,
      port_id CHAR(36) NOT NULL,
      addresses TEXT NOT NULL,
      version BIGINT NOT NULL,
      gone TINYINT NOT NULL,
      changed_at BIGINT NOT NULL,
      PRIMARY KEY (group_id, port_id),
      KEY defined_members_version (group_id, version),
      KEY defined_members_port (port_id),
      KEY defined_members_gone (gone, changed_at)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    `CREATE TABLE IF NOT EXISTS definition_version (
      id TINYINT NOT NULL PRIMARY KEY,
      version BIGINT NOT NULL,
      whole_before BIGINT NOT NULL
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    'ALTER TABLE port_bindings ADD INDEX IF NOT EXISTS port_bindings_port (port_id, host_id)',
    'INSERT IGNORE INTO definition_version (id, version, whole_before) VALUES (1, 0, 0)',
  ],
};
