import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

/** Networks and routers on the road of definitions (docs/decisions/0030). Every port counts as changed, so that it is known who needs which. */
export const definitionsOfNetworks: Migration = {
  name: '0065-definitions-of-networks',
  up: [
    'ALTER TABLE networks ADD COLUMN IF NOT EXISTS announced TINYINT NOT NULL DEFAULT 1',
    'ALTER TABLE networks ADD KEY IF NOT EXISTS networks_announced (announced)',
    `CREATE TABLE IF NOT EXISTS port_networks (
      port_id CHAR(36) NOT NULL PRIMARY KEY,
      network_id CHAR(36) NOT NULL,
      cell_id CHAR(36) NOT NULL,
      KEY port_networks_network (network_id, cell_id),
      KEY port_networks_cell (cell_id, network_id)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    `CREATE TABLE IF NOT EXISTS router_networks (
      router_id CHAR(36) NOT NULL,
      network_id CHAR(36) NOT NULL,
      is_gateway TINYINT NOT NULL,
      PRIMARY KEY (router_id, network_id, is_gateway),
      KEY router_networks_network (network_id, is_gateway)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    'UPDATE ports SET announced = 0 WHERE announced = 1',
  ],
};
