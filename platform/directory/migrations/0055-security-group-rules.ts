import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

/**
 * Security groups as users make them: with rules, and with names that are not unique, but for `default`, which each project has once. Revision
 * 0: made by an earlier release, which kept no rules; the store writes those of a default group when it meets it.
 */
export const securityGroupRules: Migration = {
  name: '0055-security-group-rules',
  up: [
    'ALTER TABLE security_groups ADD COLUMN IF NOT EXISTS revision INT NOT NULL DEFAULT 0',
    `ALTER TABLE security_groups
      ADD COLUMN IF NOT EXISTS default_of VARCHAR(64) AS (CASE WHEN name = 'default' THEN project_id END) STORED`,
    'ALTER TABLE security_groups ADD UNIQUE KEY IF NOT EXISTS security_groups_default (default_of)',
    'ALTER TABLE security_groups ADD KEY IF NOT EXISTS security_groups_project (project_id, name)',
    'ALTER TABLE security_groups DROP KEY IF EXISTS security_groups_name',
    `CREATE TABLE IF NOT EXISTS security_group_rules (
      id CHAR(36) NOT NULL PRIMARY KEY,
      group_id CHAR(36) NOT NULL,
      project_id VARCHAR(64) NOT NULL,
      direction VARCHAR(8) NOT NULL,
      ethertype VARCHAR(4) NOT NULL,
      protocol VARCHAR(40) NULL,
      port_min INT NULL,
      port_max INT NULL,
      remote_ip_prefix VARCHAR(64) NULL,
      remote_group_id CHAR(36) NULL,
      description VARCHAR(255) NOT NULL,
      created_at DATETIME(6) NOT NULL,
      updated_at DATETIME(6) NOT NULL,
      revision INT NOT NULL,
      KEY security_group_rules_group (group_id),
      KEY security_group_rules_remote (remote_group_id),
      KEY security_group_rules_project (project_id)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
  ],
};
