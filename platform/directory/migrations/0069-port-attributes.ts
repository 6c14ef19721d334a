import type { Migration } from '../../database/migrations.ts';

/** Address pairs and DHCP options of ports (JSON lists). */
export const portAttributes: Migration = {
  name: '0069-port-attributes',
  up: [
    "ALTER TABLE ports ADD COLUMN IF NOT EXISTS address_pairs MEDIUMTEXT NOT NULL DEFAULT ('[]')",
    "ALTER TABLE ports ADD COLUMN IF NOT EXISTS dhcp_options MEDIUMTEXT NOT NULL DEFAULT ('[]')",
    'ALTER TABLE ports ADD COLUMN IF NOT EXISTS propagate_uplink_status TINYINT NOT NULL DEFAULT 1',
  ],
};
