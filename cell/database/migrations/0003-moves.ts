import type { Migration } from '#platform/database/migrations.ts';

const ID = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const WORD = 'VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin';
const END = ') ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

/** Moves between cells: what is in hand of them here, and instances that are on their way in or out. */
export const moves: Migration = {
  name: '0003-moves',
  up: [
    `ALTER TABLE instances ADD COLUMN IF NOT EXISTS presence ${WORD} NOT NULL DEFAULT 'here'`,
    'ALTER TABLE instances ADD COLUMN IF NOT EXISTS instance_name VARCHAR(64) NULL',
    `CREATE TABLE IF NOT EXISTS moves_out (
    move_id ${ID} NOT NULL PRIMARY KEY,
    instance_uuid ${ID} NOT NULL,
    epoch INT NOT NULL,
    operation_id ${ID} NULL,
    ordered ${WORD} NOT NULL,
    reached ${WORD} NOT NULL,
    token BIGINT NOT NULL,
    delete_requested TINYINT NOT NULL DEFAULT 0,
    keep_aside TINYINT NOT NULL DEFAULT 0,
    message TEXT NULL,
    changed_at BIGINT NOT NULL,
    KEY moves_out_instance (instance_uuid)
  ${END}`,
    `CREATE TABLE IF NOT EXISTS moves_in (
    move_id ${ID} NOT NULL PRIMARY KEY,
    instance_uuid ${ID} NOT NULL,
    epoch INT NOT NULL,
    operation_id ${ID} NULL,
    ordered ${WORD} NOT NULL,
    reached ${WORD} NOT NULL,
    token BIGINT NOT NULL,
    host_id ${ID} NULL,
    guest_id ${ID} NULL,
    message TEXT NULL,
    instance MEDIUMTEXT NULL,
    source TEXT NULL,
    moved MEDIUMTEXT NULL,
    changed_at BIGINT NOT NULL,
    KEY moves_in_instance (instance_uuid)
  ${END}`,
  ],
};
