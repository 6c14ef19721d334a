import type { Migration } from '../../database/migrations.ts';

export const aggregates: Migration = {
  name: '0023-aggregates',
  up: [
    `CREATE TABLE IF NOT EXISTS aggregates (
      id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
      uuid CHAR(36) CHARACTER SET ascii NOT NULL,
      name VARCHAR(255) NOT NULL,
      created_at DATETIME(6) NOT NULL,
      updated_at DATETIME(6) NULL,
      UNIQUE KEY aggregates_uuid (uuid),
      UNIQUE KEY aggregates_name (name)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    `CREATE TABLE IF NOT EXISTS aggregate_hosts (
      aggregate_id BIGINT NOT NULL,
      host_name VARCHAR(255) NOT NULL,
      PRIMARY KEY (aggregate_id, host_name),
      KEY aggregate_hosts_host (host_name)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    `CREATE TABLE IF NOT EXISTS aggregate_metadata (
      aggregate_id BIGINT NOT NULL,
      meta_key VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
      meta_value VARCHAR(255) NOT NULL,
      PRIMARY KEY (aggregate_id, meta_key)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  ],
};
