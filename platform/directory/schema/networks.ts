import type { Generated } from 'kysely';
import type { JsonColumn } from '../../database/json-column.ts';

export interface NetworksTable {
  id: string;
  project_id: string;
  name: string;
  description: string;
  admin_state_up: number;
  /** 1: every project may plug into it. */
  shared: number;
  /** 1: guests reach the outside through it (NAT). */
  external: number;
  mtu: number;
  segment_type: 'flat' | 'vlan' | 'vxlan';
  physical_network: string | null;
  segment_id: number | null;
  /** What a port begins with that says nothing itself. */
  port_security_enabled: Generated<number>;
  /** The QoS policy of its ports that have none of their own; null: none. */
  qos_policy_id: Generated<string | null>;
  /** Of the names of its ports, with a dot at its end; empty: none. */
  dns_domain: Generated<string>;
  /** JSON of string[]. */
  tags: Generated<string>;
  created_at: string;
  updated_at: string;
  /** Raised by each change of the network or its subnets. */
  revision: number;
  /** 0: changed since the cells that need it were last told. */
  announced: Generated<number>;
}

export interface SubnetsTable {
  id: string;
  network_id: string;
  project_id: string;
  name: string;
  description: string;
  ip_version: 4 | 6;
  cidr: string;
  gateway_ip: string | null;
  enable_dhcp: number;
  /** Allocated when the subnet is made, and no port's. */
  service_ip: string | null;
  /** The pool that its range is of; null: none. */
  subnetpool_id: string | null;
  allocation_pools: JsonColumn;
  dns_nameservers: JsonColumn;
  host_routes: JsonColumn;
  /** JSON of string[]. */
  tags: Generated<string>;
  created_at: string;
  updated_at: string;
  revision: number;
}

/**
 * What of a subnet's pools is free, as ranges that neither overlap nor touch. Addresses are hex of fixed length (8 or 32 digits), so
 * that text order is number order. The key holds the last address: taking from the front of a range changes no key.
 */
interface FreeAddressesTable {
  subnet_id: string;
  last_address: string;
  first_address: string;
}

/** Every address in use. Its key is what makes a doubled address impossible, whatever the free ranges say. */
interface AddressAllocationsTable {
  subnet_id: string;
  address: string;
  /** null: the subnet's service address. */
  port_id: string | null;
}

export interface PortsTable {
  id: string;
  network_id: string;
  project_id: string;
  name: string;
  description: string;
  mac: string;
  admin_state_up: number;
  /** The instance it belongs to; empty: free. */
  device_id: string;
  device_owner: string;
  status: string;
  /** JSON of FixedIp[], the same as its rows in address_allocations, in the order they were asked for. */
  fixed_ips: JsonColumn;
  security_group_ids: JsonColumn;
  dns_name: string;
  port_security_enabled: number;
  /** 1: made for its instance, and deleted with it. */
  made_for_device: number;
  /** JSON of AddressPair[]. */
  address_pairs: Generated<string>;
  /** JSON of DhcpOption[]. */
  dhcp_options: Generated<string>;
  propagate_uplink_status: Generated<number>;
  /** Its own QoS policy; null: that of its network counts. */
  qos_policy_id: Generated<string | null>;
  /** JSON of string[]. */
  tags: Generated<string>;
  created_at: string;
  updated_at: string;
  revision: number;
  /**
   * 1: the cells that need it were told of its revision (docs/decisions/0030). 0: it has changed since then. -1, -2: the cell of its server has;
   * each such change has another value than the one before, so that nothing read before it counts as told.
   */
  announced: Generated<number>;
}

export interface SecurityGroupsTable {
  id: string;
  project_id: string;
  name: string;
  description: string;
  /** 0: its rules judge each packet by itself. */
  stateful: Generated<number>;
  /** JSON of string[]. */
  tags: Generated<string>;
  created_at: string;
  updated_at: string;
  /** Raised by each change of the group or its rules. 0: made by a release that kept no rules. */
  revision: number;
  /** 0: changed since the cells that need it were last told. */
  announced: Generated<number>;
}

export interface SecurityGroupRulesTable {
  id: string;
  group_id: string;
  project_id: string;
  direction: 'ingress' | 'egress';
  ethertype: 'IPv4' | 'IPv6';
  /** null: any. */
  protocol: string | null;
  /** Ports of tcp and udp; type and code of icmp. null: any. */
  port_min: number | null;
  port_max: number | null;
  remote_ip_prefix: string | null;
  remote_group_id: string | null;
  /** Of the three remotes at most one is given; none: everybody. */
  remote_address_group_id: string | null;
  description: string;
  created_at: string;
  updated_at: string;
  revision: number;
}

/** One row, whose lock is the turn of who changes the ranges of external networks. */
interface OutsideTurnTable {
  id: number;
}

export interface NetworkTables {
  networks: NetworksTable;
  subnets: SubnetsTable;
  outside_turn: OutsideTurnTable;
  free_addresses: FreeAddressesTable;
  address_allocations: AddressAllocationsTable;
  ports: PortsTable;
  security_groups: SecurityGroupsTable;
  security_group_rules: SecurityGroupRulesTable;
}
