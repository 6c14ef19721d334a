import type { Migration } from '../../database/migrations.ts';

export const keyPairs: Migration = {
  name: '0021-key-pairs',
  up: [
    `CREATE TABLE IF NOT EXISTS key_pairs (
      id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
      user_id VARCHAR(255) NOT NULL,
      name VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
      type VARCHAR(10) NOT NULL,
      fingerprint VARCHAR(255) NOT NULL,
      public_key MEDIUMTEXT NOT NULL,
      created_at DATETIME(6) NOT NULL,
      UNIQUE KEY key_pairs_user_name (user_id, name)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  ],
};
