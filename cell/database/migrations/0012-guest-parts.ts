import type { Migration } from '#platform/database/migrations.ts';

/** The parts of a guest's desired state and what its agent observes of them, as JSON (platform/objects/guest-parts.ts); null: `NO_PARTS`. */
export const guestParts: Migration = {
  name: '0012-guest-parts',
  up: [
    'ALTER TABLE guests ADD COLUMN IF NOT EXISTS parts MEDIUMTEXT NULL',
    'ALTER TABLE guests ADD COLUMN IF NOT EXISTS observed_parts MEDIUMTEXT NULL',
  ],
};
