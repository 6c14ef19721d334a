import type { Migration } from '../../database/migrations.ts';

export const userQuotas: Migration = {
  name: '0024-user-quotas',
  up: [
    `CREATE TABLE IF NOT EXISTS user_quotas (
      project_id VARCHAR(255) CHARACTER SET ascii NOT NULL,
      user_id VARCHAR(255) NOT NULL,
      resource VARCHAR(40) CHARACTER SET ascii NOT NULL,
      hard_limit INT NOT NULL,
      PRIMARY KEY (project_id, user_id, resource)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  ],
};
