import type { Migration } from '../../database/migrations.ts';

const TAGGED = ['networks', 'subnets', 'ports', 'security_groups'];

/** Tags of what the Network API has (JSON lists of text), and the port security that the ports of a network begin with. */
export const networkTags: Migration = {
  name: '0059-network-tags',
  up: [
    'ALTER TABLE networks ADD COLUMN IF NOT EXISTS port_security_enabled TINYINT NOT NULL DEFAULT 1',
    ...TAGGED.map((table) => `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS tags MEDIUMTEXT NOT NULL DEFAULT ('[]')`),
  ],
};
