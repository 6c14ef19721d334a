import type { Migration } from '#platform/database/migrations.ts';

/** Of a copy that is there already nobody knows: it counts as one that was started. */
export const wasStarted: Migration = {
  name: '0006-was-started',
  up: ['ALTER TABLE guests ADD COLUMN IF NOT EXISTS was_started TINYINT NOT NULL DEFAULT 1'],
};
