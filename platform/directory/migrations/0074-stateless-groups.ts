import type { Migration } from '../../database/migrations.ts';

/** Groups that judge each packet by itself. */
export const statelessGroups: Migration = {
  name: '0074-stateless-groups',
  up: ['ALTER TABLE security_groups ADD COLUMN IF NOT EXISTS stateful TINYINT NOT NULL DEFAULT 1'],
};
