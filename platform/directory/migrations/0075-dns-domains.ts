import type { Migration } from '../../database/migrations.ts';

/** The domain of the names of a network's ports. */
export const dnsDomains: Migration = {
  name: '0075-dns-domains',
  up: ["ALTER TABLE networks ADD COLUMN IF NOT EXISTS dns_domain VARCHAR(255) NOT NULL DEFAULT ''"],
};
