import type { Migration } from '../../database/migrations.ts';

/** `2026-01-31T12:00:00.123Z`. */
const CREATED_AT = "JSON_UNQUOTE(JSON_EXTRACT(build, '$.createdAt'))";

/**
 * Pages of servers that are not deleted, by creation time, of a project and of all. `created_at` is that of the accepted build, as cells have
 * it, so that the directory and the cells sort alike; earlier releases wrote the moment of the accepting transaction.
 */
export const pagesOfHomes: Migration = {
  name: '0076-pages-of-homes',
  up: [
    `UPDATE instance_homes SET created_at = TIMESTAMP(LEFT(${CREATED_AT}, 10), SUBSTRING(${CREATED_AT}, 12, LENGTH(${CREATED_AT}) - 12))`,
    'ALTER TABLE instance_homes ADD INDEX IF NOT EXISTS instance_homes_project_page (project_id, deleted_at, created_at, uuid, user_id)',
    'ALTER TABLE instance_homes ADD INDEX IF NOT EXISTS instance_homes_page (deleted_at, created_at, uuid, user_id)',
  ],
};
