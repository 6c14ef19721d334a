import type { Migration } from '../../database/migrations.ts';

/** Why each server went where it is, or nowhere: JSON of DecisionRecord. */
export const decisions: Migration = {
  name: '0081-decisions',
  up: ['ALTER TABLE instance_homes ADD COLUMN IF NOT EXISTS decision TEXT NULL'],
};
