/** Whose a thing is that a path names. */
export type Owner =
  /** A project's: nobody else, but an admin, learns that it is there. */
  | 'project'
  /** Each caller has things of these names of its own. */
  | 'caller'
  /** The path names a project, or a user, and the rule compares it with the caller. */
  | 'named project'
  | 'named user'
  /** The region's: a rule alone decides who sees it. */
  | 'region';

interface Row {
  readonly owner: Owner;
  /** The member of the stock that exists; absent: there is none in this region, and the answer is that it is not found. */
  readonly stock?: StockName;
}

/** What the matrix asks for; all of it belongs to the owner project and its member. */
export interface Stock {
  readonly server: string;
  readonly serverPort: string;
  readonly serverRequest: string;
  readonly serverGroup: string;
  readonly image: string;
  readonly network: string;
  readonly subnet: string;
  readonly port: string;
  readonly router: string;
  readonly project: string;
  readonly user: string;
  readonly flavor: string;
  readonly aggregate: string;
  readonly host: string;
  readonly hypervisor: string;
  readonly cell: string;
  readonly role: string;
  readonly domain: string;
  readonly regionName: string;
  readonly service: string;
  readonly endpoint: string;
  readonly quotaClass: string;
  readonly resourceClass: string;
  readonly trait: string;
}
type StockName = keyof Stock;

/** By API and the path before the first parameter. A path that is not here fails the test: say whose its things are. */
export const ROWS: Readonly<Record<string, Row>> = {
  'identity /v3/services': { owner: 'region', stock: 'service' },
  'identity /v3/endpoints': { owner: 'region', stock: 'endpoint' },
  'identity /v3/regions': { owner: 'region', stock: 'regionName' },
  'identity /v3/domains': { owner: 'region', stock: 'domain' },
  'identity /v3/groups': { owner: 'region' },
  'identity /v3/projects': { owner: 'named project', stock: 'project' },
  'identity /v3/users': { owner: 'named user', stock: 'user' },
  'identity /v3/roles': { owner: 'region', stock: 'role' },
  'image /v2/images': { owner: 'project', stock: 'image' },
  'image /v2/quotas': { owner: 'named project', stock: 'project' },
  'image /v2/schemas': { owner: 'region' },
  'compute /versions': { owner: 'region' },
  'compute /extensions': { owner: 'region' },
  'compute /os-agents': { owner: 'region' },
  'compute /os-cells': { owner: 'region' },
  'compute /os-certificates': { owner: 'region' },
  'compute /os-cloudpipe': { owner: 'region' },
  'compute /os-fixed-ips': { owner: 'region' },
  'compute /os-floating-ip-dns': { owner: 'region' },
  'compute /os-floating-ips-bulk': { owner: 'region' },
  'compute /os-fping': { owner: 'region' },
  'compute /os-networks': { owner: 'project', stock: 'network' },
  'compute /os-security-group-default-rules': { owner: 'region' },
  'compute /os-tenant-networks': { owner: 'project', stock: 'network' },
  'compute /servers': { owner: 'project', stock: 'server' },
  'compute /os-volumes_boot': { owner: 'project', stock: 'server' },
  'compute /flavors': { owner: 'region', stock: 'flavor' },
  'compute /images': { owner: 'project', stock: 'image' },
  'compute /os-floating-ips': { owner: 'project' },
  'compute /os-volumes': { owner: 'project' },
  'compute /os-snapshots': { owner: 'project' },
  'compute /os-security-groups': { owner: 'project' },
  'compute /os-security-group-rules': { owner: 'project' },
  'compute /os-baremetal-nodes': { owner: 'region' },
  'compute /os-keypairs': { owner: 'caller' },
  'compute /os-quota-sets': { owner: 'named project', stock: 'project' },
  'compute /os-simple-tenant-usage': { owner: 'named project', stock: 'project' },
  'compute /os-quota-class-sets': { owner: 'region', stock: 'quotaClass' },
  'compute /os-server-groups': { owner: 'project', stock: 'serverGroup' },
  'compute /os-aggregates': { owner: 'region', stock: 'aggregate' },
  'compute /os-services': { owner: 'region' },
  'compute /os-hosts': { owner: 'region' },
  'compute /os-hypervisors': { owner: 'region', stock: 'hypervisor' },
  'compute /os-console-auth-tokens': { owner: 'region' },
  'compute /os-instance_usage_audit_log': { owner: 'region' },
  'compute /os-assisted-volume-snapshots': { owner: 'region' },
  'network /v2.0/extensions': { owner: 'region' },
  'network /v2.0/networks': { owner: 'project', stock: 'network' },
  'network /v2.0/subnets': { owner: 'project', stock: 'subnet' },
  'network /v2.0/ports': { owner: 'project', stock: 'port' },
  'network /v2.0/routers': { owner: 'project', stock: 'router' },
  'network /v2.0/security-groups': { owner: 'project' },
  'network /v2.0/security-group-rules': { owner: 'project' },
  'network /v2.0/default-security-group-rules': { owner: 'region' },
  'network /v2.0/subnetpools': { owner: 'project' },
  'network /v2.0/floatingips': { owner: 'project' },
  'network /v2.0/network-ip-availabilities': { owner: 'region', stock: 'network' },
  'network /v2.0/address-groups': { owner: 'project' },
  'network /v2.0/address-scopes': { owner: 'project' },
  'network /v2.0/rbac-policies': { owner: 'project' },
  'network /v2.0/trunks': { owner: 'project' },
  'network /v2.0/qos/policies': { owner: 'project' },
  'network /v2.0/qos/alias_bandwidth_limit_rules': { owner: 'project' },
  'network /v2.0/qos/alias_packet_rate_limit_rules': { owner: 'project' },
  'network /v2.0/qos/alias_dscp_marking_rules': { owner: 'project' },
  'network /v2.0/qos/rule-types': { owner: 'region' },
  'network /v2.0/agents': { owner: 'region' },
  'network /v2.0/auto-allocated-topology': { owner: 'region' },
  'network /v2.0/quotas': { owner: 'named project', stock: 'project' },
  'placement /resource_providers': { owner: 'region', stock: 'hypervisor' },
  'placement /resource_classes': { owner: 'region', stock: 'resourceClass' },
  'placement /traits': { owner: 'region', stock: 'trait' },
  'placement /allocations': { owner: 'region', stock: 'server' },
  'federation /v1/cells': { owner: 'region', stock: 'cell' },
  'federation /v1/operations': { owner: 'region' },
  'federation /v1/networks': { owner: 'region', stock: 'network' },
  'federation /v1/moves': { owner: 'region' },
  'federation /v1/servers': { owner: 'region', stock: 'server' },
  'federation /v1/aside': { owner: 'region' },
};

/** Things below another thing, by the path segment before their parameter. Absent: there is none. */
export const PARTS: Readonly<Record<string, StockName | { readonly text: string }>> = {
  metadata: { text: 'key0' },
  tags: { text: 'tag0' },
  ips: { text: 'private' },
  'os-interface': 'serverPort',
  'os-instance-actions': 'serverRequest',
  inventories: { text: 'VCPU' },
  users: 'user',
  roles: 'role',
};

interface Exception {
  readonly statuses: readonly number[];
  readonly why: string;
}

/** Reads that find nothing although what the path names exists, and changes of which an id is no name. */
export const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  'identity GET /v3/domains/:target/users/:user/roles/:role': {
    statuses: [404],
    why: 'nobody has a role on the domain',
  },
  'compute GET /flavors/:id/os-flavor-access': { statuses: [404], why: 'a public flavor has no list of projects' },
  'compute GET /os-instance_usage_audit_log/:before': { statuses: [400], why: 'it takes a time, not an id' },
  'placement PUT /traits/:name': { statuses: [400], why: 'it takes a name that begins with CUSTOM_' },
  'placement PUT /resource_classes/:name': { statuses: [400], why: 'it takes a name that begins with CUSTOM_' },
  'placement GET /usages': { statuses: [400], why: 'it takes a project' },
  'placement GET /allocation_candidates': { statuses: [400], why: 'it takes resources' },
  'compute GET /os-hypervisors/:id/search': { statuses: [404], why: 'it takes a part of a name, not an id' },
  'compute GET /os-hypervisors/:id/servers': { statuses: [404], why: 'it takes a part of a name, not an id' },
};
