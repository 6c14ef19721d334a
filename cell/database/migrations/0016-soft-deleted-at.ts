import type { Migration } from '#platform/database/migrations.ts';

/** When a server was soft-deleted, from which the time is counted that it can be restored. */
export const softDeletedAt: Migration = {
  name: '0016-soft-deleted-at',
  up: ['ALTER TABLE instances ADD COLUMN IF NOT EXISTS soft_deleted_at DATETIME(6) NULL'],
};
