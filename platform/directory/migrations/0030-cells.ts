import type { Migration } from '../../database/migrations.ts';

export const cells: Migration = {
  name: '0030-cells',
  up: [
    `CREATE TABLE IF NOT EXISTS cells (
  id CHAR(36) CHARACTER SET ascii NOT NULL PRIMARY KEY,
  name VARCHAR(120) NOT NULL,
  url VARCHAR(255) CHARACTER SET ascii NOT NULL,
  door_key TEXT CHARACTER SET ascii NOT NULL,
  state VARCHAR(10) CHARACTER SET ascii NOT NULL,
  created_at DATETIME(6) NOT NULL,
  updated_at DATETIME(6) NOT NULL,
  UNIQUE KEY cells_name (name),
  UNIQUE KEY cells_url (url)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  ],
};
