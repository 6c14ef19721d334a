import type { Migration } from '../../database/migrations.ts';

/** A version of IP has one default subnet pool. Two requests at once could make two before: the one that new subnets used stays the default. */
export const oneDefaultSubnetPool: Migration = {
  name: '0082-one-default-subnet-pool',
  up: [
    `UPDATE subnet_pools SET is_default = 0 WHERE is_default = 1 AND id NOT IN
      (SELECT id FROM (SELECT MIN(id) AS id FROM subnet_pools WHERE is_default = 1 GROUP BY ip_version) AS kept)`,
    `ALTER TABLE subnet_pools
      ADD COLUMN IF NOT EXISTS default_of INT AS (CASE WHEN is_default = 1 THEN ip_version END) STORED`,
    'ALTER TABLE subnet_pools ADD UNIQUE KEY IF NOT EXISTS subnet_pools_default (default_of)',
  ],
};
