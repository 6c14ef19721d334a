import type { Migration } from '#platform/database/migrations.ts';

/**
 * Which CPUs and pages of its host a claim has, as JSON of GuestPlacement, and the sum of these of a host, as JSON of NodeUse[]. Null: none.
 */
export const placements: Migration = {
  name: '0025-placements',
  up: [
    'ALTER TABLE claims ADD COLUMN IF NOT EXISTS placement MEDIUMTEXT NULL',
    'ALTER TABLE hosts ADD COLUMN IF NOT EXISTS nodes_used MEDIUMTEXT NULL',
  ],
};
