import type { Migration } from '../../database/migrations.ts';

/** What clients of the Identity API add to users and projects, and the tags of projects. */
export const identityAttributes: Migration = {
  name: '0044-identity-attributes',
  up: [
    "ALTER TABLE users ADD COLUMN IF NOT EXISTS extra LONGTEXT NOT NULL DEFAULT ('{}')",
    "ALTER TABLE projects ADD COLUMN IF NOT EXISTS extra LONGTEXT NOT NULL DEFAULT ('{}')",
    "ALTER TABLE projects ADD COLUMN IF NOT EXISTS tags LONGTEXT NOT NULL DEFAULT ('[]')",
  ],
};
