import type { Migration } from '../../database/migrations.ts';

/** For lists: servers that a move has in hand, and the operations of a kind. */
export const moveLists: Migration = {
  name: '0037-move-lists',
  up: [
    'ALTER TABLE instance_homes ADD INDEX IF NOT EXISTS instance_homes_moving (moving_operation_id)',
    'ALTER TABLE operations ADD INDEX IF NOT EXISTS operations_kind (kind, created_at)',
  ],
};
