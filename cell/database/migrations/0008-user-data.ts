import type { Migration } from '#platform/database/migrations.ts';

/**
 * User data apart from the rest of the build, so that lists do not read it. Rows that are there keep theirs inside `build` until they are
 * written next; who reads looks in both.
 */
export const userData: Migration = {
  name: '0008-user-data',
  up: ['ALTER TABLE instances ADD COLUMN IF NOT EXISTS user_data MEDIUMTEXT NULL'],
};
