import type { Migration } from '#platform/database/migrations.ts';

/** When a host whose builds fail is tried again. Null: now. */
export const buildTrials: Migration = {
  name: '0024-build-trials',
  up: ['ALTER TABLE hosts ADD COLUMN IF NOT EXISTS build_trial_at BIGINT NULL'],
};
