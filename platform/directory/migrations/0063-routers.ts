import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

/** Routers, and the ports by which they reach networks. */
export const routers: Migration = {
  name: '0063-routers',
  up: [
    `CREATE TABLE IF NOT EXISTS routers (
      id CHAR(36) NOT NULL PRIMARY KEY,
      project_id VARCHAR(64) NOT NULL,
      name VARCHAR(255) NOT NULL,
      description VARCHAR(255) NOT NULL,
      admin_state_up TINYINT NOT NULL,
      gateway_network_id CHAR(36) NULL,
      gateway_port_id CHAR(36) NULL,
      enable_snat TINYINT NOT NULL,
      routes MEDIUMTEXT NOT NULL,
      tags TEXT NOT NULL,
      created_at DATETIME(6) NOT NULL,
      updated_at DATETIME(6) NOT NULL,
      revision INT NOT NULL,
      generation INT NOT NULL,
      announced TINYINT NOT NULL DEFAULT 0,
      KEY routers_project (project_id, name),
      KEY routers_gateway (gateway_network_id),
      KEY routers_announced (announced)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    `CREATE TABLE IF NOT EXISTS router_interfaces (
      port_id CHAR(36) NOT NULL PRIMARY KEY,
      router_id CHAR(36) NOT NULL,
      network_id CHAR(36) NOT NULL,
      KEY router_interfaces_router (router_id),
      KEY router_interfaces_network (network_id)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
  ],
};
