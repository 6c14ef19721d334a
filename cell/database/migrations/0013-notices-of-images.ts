import type { Migration } from '#platform/database/migrations.ts';

/** A notice may be about an image of an instance. */
export const noticesOfImages: Migration = {
  name: '0013-notices-of-images',
  up: ['ALTER TABLE notices ADD COLUMN IF NOT EXISTS image_id VARCHAR(36) NULL'],
};
