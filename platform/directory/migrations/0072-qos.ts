import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

/** QoS policies, their rules, and the ports and networks that have one. */
export const qos: Migration = {
  name: '0072-qos',
  up: [
    `CREATE TABLE IF NOT EXISTS qos_policies (
      id CHAR(36) NOT NULL PRIMARY KEY,
      project_id VARCHAR(64) NOT NULL,
      name VARCHAR(255) NOT NULL,
      description VARCHAR(255) NOT NULL,
      shared TINYINT NOT NULL,
      is_default TINYINT NOT NULL,
      default_of VARCHAR(64) NULL,
      tags TEXT NOT NULL,
      created_at DATETIME(6) NOT NULL,
      updated_at DATETIME(6) NOT NULL,
      revision INT NOT NULL,
      UNIQUE KEY qos_policies_default (default_of),
      KEY qos_policies_project (project_id, name)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    `CREATE TABLE IF NOT EXISTS qos_rules (
      id CHAR(36) NOT NULL PRIMARY KEY,
      policy_id CHAR(36) NOT NULL,
      type VARCHAR(32) NOT NULL,
      direction VARCHAR(8) NOT NULL,
      rate INT NOT NULL,
      burst INT NOT NULL,
      dscp_mark TINYINT NOT NULL,
      UNIQUE KEY qos_rules_once (policy_id, type, direction)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    'ALTER TABLE ports ADD COLUMN IF NOT EXISTS qos_policy_id CHAR(36) NULL',
    'ALTER TABLE ports ADD KEY IF NOT EXISTS ports_qos_policy (qos_policy_id)',
    'ALTER TABLE networks ADD COLUMN IF NOT EXISTS qos_policy_id CHAR(36) NULL',
    'ALTER TABLE networks ADD KEY IF NOT EXISTS networks_qos_policy (qos_policy_id)',
  ],
};
