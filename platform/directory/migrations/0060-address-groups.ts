import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

/** Address groups, and the rules of security groups that name one as remote. */
export const addressGroups: Migration = {
  name: '0060-address-groups',
  up: [
    `CREATE TABLE IF NOT EXISTS address_groups (
      id CHAR(36) NOT NULL PRIMARY KEY,
      project_id VARCHAR(64) NOT NULL,
      name VARCHAR(255) NOT NULL,
      description VARCHAR(255) NOT NULL,
      addresses MEDIUMTEXT NOT NULL,
      created_at DATETIME(6) NOT NULL,
      updated_at DATETIME(6) NOT NULL,
      revision INT NOT NULL,
      KEY address_groups_project (project_id, name)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    'ALTER TABLE security_group_rules ADD COLUMN IF NOT EXISTS remote_address_group_id CHAR(36) NULL',
    'ALTER TABLE security_group_rules ADD KEY IF NOT EXISTS security_group_rules_addresses (remote_address_group_id)',
  ],
};
