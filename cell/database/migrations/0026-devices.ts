import type { Migration } from '#platform/database/migrations.ts';

/** Which devices of its host a claim has, as JSON of HostDevice[], and the addresses of all that claims of a host have. Null: none. */
export const devices: Migration = {
  name: '0026-devices',
  up: [
    'ALTER TABLE claims ADD COLUMN IF NOT EXISTS devices MEDIUMTEXT NULL',
    'ALTER TABLE hosts ADD COLUMN IF NOT EXISTS devices_used MEDIUMTEXT NULL',
  ],
};
