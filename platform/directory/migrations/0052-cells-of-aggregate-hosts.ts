import type { Migration } from '../../database/migrations.ts';

/** The cell of each host of an aggregate. Hosts that are there already keep none. */
export const cellsOfAggregateHosts: Migration = {
  name: '0052-cells-of-aggregate-hosts',
  up: ['ALTER TABLE aggregate_hosts ADD COLUMN IF NOT EXISTS cell_id CHAR(36) NULL'],
};
