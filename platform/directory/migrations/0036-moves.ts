import type { Migration } from '../../database/migrations.ts';

const ID = 'CHAR(36) CHARACTER SET ascii';

/** Which move has an instance in hand, and what it keeps for the cell that is to be its home. */
export const moves: Migration = {
  name: '0036-moves',
  up: [
    `ALTER TABLE instance_homes ADD COLUMN IF NOT EXISTS moving_operation_id ${ID} NULL`,
    `ALTER TABLE instance_homes ADD COLUMN IF NOT EXISTS moving_cell_id ${ID} NULL`,
    'ALTER TABLE instance_homes ADD COLUMN IF NOT EXISTS moving_epoch INT NULL',
    'ALTER TABLE instance_homes ADD COLUMN IF NOT EXISTS epoch_top INT NOT NULL DEFAULT 0',
  ],
};
