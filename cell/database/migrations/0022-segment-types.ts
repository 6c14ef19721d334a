import type { Migration } from '#platform/database/migrations.ts';

/** The types of networks that hosts carry. Null: not told, thus any. */
export const segmentTypes: Migration = {
  name: '0022-segment-types',
  up: ['ALTER TABLE hosts ADD COLUMN IF NOT EXISTS segment_types VARCHAR(255) NULL'],
};
