import type { Migration } from '../../database/migrations.ts';

export const holdChanges: Migration = {
  name: '0034-hold-changes',
  up: [
    `CREATE TABLE IF NOT EXISTS hold_changes (
  instance_uuid CHAR(36) CHARACTER SET ascii NOT NULL,
  change_id CHAR(36) CHARACTER SET ascii NOT NULL,
  under_way_until BIGINT NOT NULL,
  PRIMARY KEY (instance_uuid, change_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  ],
};
