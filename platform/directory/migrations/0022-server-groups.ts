import type { Migration } from '../../database/migrations.ts';

export const serverGroups: Migration = {
  name: '0022-server-groups',
  up: [
    `CREATE TABLE IF NOT EXISTS server_groups (
      uuid CHAR(36) CHARACTER SET ascii NOT NULL PRIMARY KEY,
      project_id VARCHAR(255) NOT NULL,
      user_id VARCHAR(255) NOT NULL,
      name VARCHAR(255) NOT NULL,
      policy VARCHAR(30) NOT NULL,
      max_server_per_host INT NULL,
      created_at DATETIME(6) NOT NULL,
      KEY server_groups_project (project_id, created_at)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    `CREATE TABLE IF NOT EXISTS server_group_members (
      instance_uuid CHAR(36) CHARACTER SET ascii NOT NULL PRIMARY KEY,
      group_uuid CHAR(36) CHARACTER SET ascii NOT NULL,
      user_id VARCHAR(255) NOT NULL,
      created_at DATETIME(6) NOT NULL,
      KEY server_group_members_group (group_uuid, user_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  ],
};
