import { EXACT_TEXT } from '#platform/database/exact-text.ts';
import type { Migration } from '#platform/database/migrations.ts';

/** What hosts must know of networks and routers (docs/decisions/0030). */
export const definitionsOfNetworks: Migration = {
  name: '0018-definitions-of-networks',
  up: [
    `CREATE TABLE IF NOT EXISTS defined_networks (
      id CHAR(36) NOT NULL PRIMARY KEY,
      generation INT NOT NULL,
      content MEDIUMTEXT NOT NULL
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    `CREATE TABLE IF NOT EXISTS defined_routers (
      id CHAR(36) NOT NULL PRIMARY KEY,
      generation INT NOT NULL,
      content MEDIUMTEXT NOT NULL
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    `CREATE TABLE IF NOT EXISTS defined_router_networks (
      router_id CHAR(36) NOT NULL,
      network_id CHAR(36) NOT NULL,
      is_gateway TINYINT NOT NULL,
      PRIMARY KEY (router_id, network_id, is_gateway),
      KEY defined_router_networks_network (network_id, is_gateway)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
  ],
};
