import type { Generated } from 'kysely';
import type { JsonColumn } from '../../database/json-column.ts';

export interface RoutersTable {
  id: string;
  project_id: string;
  name: string;
  description: string;
  admin_state_up: number;
  /** The external network by which it leads outside, and its port there; both or none. */
  gateway_network_id: string | null;
  gateway_port_id: string | null;
  /** What leaves by the gateway has another sender. */
  enable_snat: number;
  /** JSON of {destination, nexthop}[]: the extra routes. */
  routes: JsonColumn;
  /** JSON of string[]. */
  tags: JsonColumn;
  created_at: string;
  updated_at: string;
  /** What its API shows and `If-Match` names. */
  revision: number;
  /** Of its definition (docs/decisions/0030): raised also by its floating addresses, port forwardings, and the addresses of their ports. */
  generation: number;
  /** 0: changed since the cells that need it were last told. */
  announced: Generated<number>;
}

/** The ports of routers on networks of projects; their addresses are those of the ports. */
interface RouterInterfacesTable {
  port_id: string;
  router_id: string;
  network_id: string;
}

export interface RouterTables {
  routers: RoutersTable;
  router_interfaces: RouterInterfacesTable;
}
