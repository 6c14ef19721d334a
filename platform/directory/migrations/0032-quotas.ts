import type { Migration } from '../../database/migrations.ts';

export const quotas: Migration = {
  name: '0032-quotas',
  up: [
    `CREATE TABLE IF NOT EXISTS quotas (
  project_id VARCHAR(64) NOT NULL,
  resource VARCHAR(40) CHARACTER SET ascii NOT NULL,
  hard_limit INT NOT NULL,
  PRIMARY KEY (project_id, resource)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    `CREATE TABLE IF NOT EXISTS quota_classes (
  class_name VARCHAR(255) NOT NULL,
  resource VARCHAR(40) CHARACTER SET ascii NOT NULL,
  hard_limit INT NOT NULL,
  PRIMARY KEY (class_name, resource)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    `CREATE TABLE IF NOT EXISTS quota_usages (
  project_id VARCHAR(64) NOT NULL,
  resource VARCHAR(40) CHARACTER SET ascii NOT NULL,
  in_use BIGINT NOT NULL,
  PRIMARY KEY (project_id, resource)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  ],
};
