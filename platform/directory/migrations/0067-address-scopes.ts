import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

/** Address scopes, and the subnet pools in them. */
export const addressScopes: Migration = {
  name: '0067-address-scopes',
  up: [
    `CREATE TABLE IF NOT EXISTS address_scopes (
      id CHAR(36) NOT NULL PRIMARY KEY,
      project_id VARCHAR(64) NOT NULL,
      name VARCHAR(255) NOT NULL,
      ip_version TINYINT NOT NULL,
      shared TINYINT NOT NULL,
      revision INT NOT NULL,
      KEY address_scopes_project (project_id, name)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    'ALTER TABLE subnet_pools ADD COLUMN IF NOT EXISTS address_scope_id CHAR(36) NULL',
    'ALTER TABLE subnet_pools ADD KEY IF NOT EXISTS subnet_pools_scope (address_scope_id)',
  ],
};
