import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

/** Pools of addresses out of which subnets get their ranges. */
export const subnetPools: Migration = {
  name: '0062-subnet-pools',
  up: [
    `CREATE TABLE IF NOT EXISTS subnet_pools (
      id CHAR(36) NOT NULL PRIMARY KEY,
      project_id VARCHAR(64) NOT NULL,
      name VARCHAR(255) NOT NULL,
      description VARCHAR(255) NOT NULL,
      ip_version TINYINT NOT NULL,
      prefixes MEDIUMTEXT NOT NULL,
      min_prefixlen INT NOT NULL,
      max_prefixlen INT NOT NULL,
      default_prefixlen INT NOT NULL,
      default_quota INT NULL,
      shared TINYINT NOT NULL,
      is_default TINYINT NOT NULL,
      tags MEDIUMTEXT NOT NULL,
      created_at DATETIME(6) NOT NULL,
      updated_at DATETIME(6) NOT NULL,
      revision INT NOT NULL,
      KEY subnet_pools_project (project_id, name)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    'ALTER TABLE subnets ADD COLUMN IF NOT EXISTS subnetpool_id CHAR(36) NULL',
    'ALTER TABLE subnets ADD KEY IF NOT EXISTS subnets_pool (subnetpool_id)',
  ],
};
