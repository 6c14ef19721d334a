import type { JsonColumn } from '../../database/json-column.ts';

export interface FloatingIpsTable {
  id: string;
  project_id: string;
  description: string;
  /** The external network of the address. */
  floating_network_id: string;
  floating_address: string;
  /** Its port on the external network, by which the address is allocated. */
  floating_port_id: string;
  /** The port to which it leads, and which of its addresses; both or none. */
  fixed_port_id: string | null;
  fixed_address: string | null;
  /** The router that translates it: of its fixed port, or of its port forwardings. */
  router_id: string | null;
  /** ACTIVE with a router, else DOWN. */
  status: string;
  dns_name: string;
  dns_domain: string;
  /** JSON of string[]. */
  tags: JsonColumn;
  created_at: string;
  updated_at: string;
  revision: number;
}

/** Ports of a floating address that lead to ports of a server. */
export interface PortForwardingsTable {
  id: string;
  floating_ip_id: string;
  description: string;
  protocol: 'tcp' | 'udp';
  /** First and last, `80:80`. No two of one address and protocol overlap. */
  external_ports: string;
  internal_port_id: string;
  internal_address: string;
  /** First and last: one, or as many as there are outside. */
  internal_ports: string;
}

export interface FloatingIpTables {
  floating_ips: FloatingIpsTable;
  port_forwardings: PortForwardingsTable;
}
