import type { Migration } from '../../database/migrations.ts';

export const networkQuotas: Migration = {
  name: '0035-network-quotas',
  up: [
    `CREATE TABLE IF NOT EXISTS network_quotas (
  project_id VARCHAR(64) CHARACTER SET ascii NOT NULL,
  resource VARCHAR(40) CHARACTER SET ascii NOT NULL,
  hard_limit INT NOT NULL,
  PRIMARY KEY (project_id, resource)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  ],
};
