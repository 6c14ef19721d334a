import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

/** Floating addresses, and their ports that lead to ports of servers. */
export const floatingIps: Migration = {
  name: '0064-floating-ips',
  up: [
    `CREATE TABLE IF NOT EXISTS floating_ips (
      id CHAR(36) NOT NULL PRIMARY KEY,
      project_id VARCHAR(64) NOT NULL,
      description VARCHAR(255) NOT NULL,
      floating_network_id CHAR(36) NOT NULL,
      floating_address VARCHAR(45) NOT NULL,
      floating_port_id CHAR(36) NOT NULL,
      fixed_port_id CHAR(36) NULL,
      fixed_address VARCHAR(45) NULL,
      router_id CHAR(36) NULL,
      status VARCHAR(16) NOT NULL,
      dns_name VARCHAR(63) NOT NULL,
      dns_domain VARCHAR(255) NOT NULL,
      tags TEXT NOT NULL,
      created_at DATETIME(6) NOT NULL,
      updated_at DATETIME(6) NOT NULL,
      revision INT NOT NULL,
      UNIQUE KEY floating_ips_fixed (fixed_port_id, fixed_address, floating_network_id),
      KEY floating_ips_shown (fixed_port_id, fixed_address, floating_address),
      KEY floating_ips_router (router_id),
      KEY floating_ips_project (project_id),
      KEY floating_ips_address (floating_address)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    `CREATE TABLE IF NOT EXISTS port_forwardings (
      id CHAR(36) NOT NULL PRIMARY KEY,
      floating_ip_id CHAR(36) NOT NULL,
      description VARCHAR(255) NOT NULL,
      protocol VARCHAR(8) NOT NULL,
      external_ports VARCHAR(11) NOT NULL,
      internal_port_id CHAR(36) NOT NULL,
      internal_address VARCHAR(45) NOT NULL,
      internal_ports VARCHAR(11) NOT NULL,
      KEY port_forwardings_floating_ip (floating_ip_id),
      KEY port_forwardings_port (internal_port_id)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
  ],
};
