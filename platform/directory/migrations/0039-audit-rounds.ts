import type { Migration } from '../../database/migrations.ts';

export const auditRounds: Migration = {
  name: '0039-audit-rounds',
  up: [
    `CREATE TABLE IF NOT EXISTS audit_rounds (
  id TINYINT NOT NULL PRIMARY KEY,
  ended_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  ],
};
