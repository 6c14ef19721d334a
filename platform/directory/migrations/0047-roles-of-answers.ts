import type { Migration } from '../../database/migrations.ts';

/** The roles of the caller who got an answer: it is given again only to callers who have them. */
export const rolesOfAnswers: Migration = {
  name: '0047-roles-of-answers',
  up: ['ALTER TABLE idempotency_keys ADD COLUMN IF NOT EXISTS roles TEXT NULL'],
};
