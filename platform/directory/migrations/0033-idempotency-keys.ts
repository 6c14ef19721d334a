import type { Migration } from '../../database/migrations.ts';

export const idempotencyKeys: Migration = {
  name: '0033-idempotency-keys',
  up: [
    `CREATE TABLE IF NOT EXISTS idempotency_keys (
  project_id VARCHAR(64) NOT NULL,
  idempotency_key VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  fingerprint CHAR(64) CHARACTER SET ascii NOT NULL,
  status INT NULL,
  headers TEXT NULL,
  body MEDIUMTEXT NULL,
  created_at DATETIME(6) NOT NULL,
  PRIMARY KEY (project_id, idempotency_key),
  KEY idempotency_keys_age (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  ],
};
