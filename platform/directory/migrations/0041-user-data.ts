import type { Migration } from '../../database/migrations.ts';

/** User data apart from the rest of the accepted build, so that lists do not read it. Rows that are there keep theirs inside `build`. */
export const userData: Migration = {
  name: '0041-user-data',
  up: ['ALTER TABLE instance_homes ADD COLUMN IF NOT EXISTS user_data MEDIUMTEXT NULL'],
};
