import type { Migration } from '#platform/database/migrations.ts';

const ID = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const TEXT = 'VARCHAR(255)';

/** Instances that turned out to be at home elsewhere, kept aside until an operator gives them up. */
export const aside: Migration = {
  name: '0004-aside',
  up: [
    `CREATE TABLE IF NOT EXISTS aside_instances (
    uuid ${ID} NOT NULL,
    epoch INT NOT NULL,
    project_id VARCHAR(64) NOT NULL,
    name ${TEXT} NOT NULL,
    host ${TEXT} NULL,
    reason TEXT NOT NULL,
    guest_ids TEXT NOT NULL,
    instance MEDIUMTEXT NOT NULL,
    aside_at BIGINT NOT NULL,
    PRIMARY KEY (uuid, epoch)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
  ],
};
