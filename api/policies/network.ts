import { ADMIN, ANYBODY, MEMBER, OWN_PROJECT, open, type RuleTable, rule } from './rule.ts';

const NETWORKS = '/v2.0/networks';
const SUBNETS = '/v2.0/subnets';
const PORTS = '/v2.0/ports';
const POOLS = '/v2.0/subnetpools';
const ROUTERS = '/v2.0/routers';
const FLOATING = '/v2.0/floatingips';
const FORWARDINGS = `${FLOATING}/{id}/port_forwardings`;
const SCOPES = '/v2.0/address-scopes';
const RBAC = '/v2.0/rbac-policies';
const GROUPS = '/v2.0/security-groups';
const TRUNKS = '/v2.0/trunks';
const QOS = '/v2.0/qos/policies';
const QUOTA = '/v2.0/quotas/{project}';

/** An attribute that views of a noun show. */
const seen = (attribute: string, path: string) =>
  rule(ADMIN, `See ${attribute}`, `GET ${path}`, `GET ${path}/{id}`, `POST ${path}`, `PUT ${path}/{id}`);
const onNetwork = (attribute: string, verb: 'create' | 'update') =>
  rule(ADMIN, `Give ${attribute} of a network`, verb === 'create' ? `POST ${NETWORKS}` : `PUT ${NETWORKS}/{id}`);
const onPort = (description: string, verb: 'create' | 'update') =>
  rule(ADMIN, description, verb === 'create' ? `POST ${PORTS}` : `PUT ${PORTS}/{id}`);

const nameOf = (path: string): string => path.replace('/v2.0/', '').replace('-', ' ');
const readTags = (path: string) =>
  rule(ANYBODY, `See the tags of ${nameOf(path)}`, `GET ${path}/{id}/tags`, `GET ${path}/{id}/tags/{tag}`);
const writeTags = (path: string) =>
  rule(MEMBER, `Give tags to ${nameOf(path)}`, `PUT ${path}/{id}/tags`, `PUT ${path}/{id}/tags/{tag}`);
const removeTags = (path: string) =>
  rule(MEMBER, `Take tags from ${nameOf(path)}`, `DELETE ${path}/{id}/tags`, `DELETE ${path}/{id}/tags/{tag}`);

/** The Network API, by Neutron's names. A network of another project that is not shared is not found, whatever a rule says. */
export const NETWORK_RULES = {
  get_versions: open('List the versions of the Network API', 'GET /', 'GET /v2.0'),
  get_extension: rule(ANYBODY, 'List or show extensions', 'GET /v2.0/extensions', 'GET /v2.0/extensions/{alias}'),

  'get_network:provider:network_type': seen('provider:network_type', NETWORKS),
  'get_network:provider:physical_network': seen('provider:physical_network', NETWORKS),
  'get_network:provider:segmentation_id': seen('provider:segmentation_id', NETWORKS),
  get_network: rule(ANYBODY, 'List or show networks', `GET ${NETWORKS}`, `GET ${NETWORKS}/{id}`),
  create_network: rule(MEMBER, 'Create a network', `POST ${NETWORKS}`),
  update_network: rule(MEMBER, 'Change a network', `PUT ${NETWORKS}/{id}`),
  delete_network: rule(MEMBER, 'Delete a network', `DELETE ${NETWORKS}/{id}`),
  'create_network:shared': onNetwork('shared', 'create'),
  'create_network:router:external': onNetwork('router:external', 'create'),
  'create_network:is_default': onNetwork('is_default', 'create'),
  'create_network:provider:network_type': onNetwork('provider:network_type', 'create'),
  'create_network:provider:physical_network': onNetwork('provider:physical_network', 'create'),
  'create_network:provider:segmentation_id': onNetwork('provider:segmentation_id', 'create'),
  'update_network:shared': onNetwork('shared', 'update'),
  'update_network:router:external': onNetwork('router:external', 'update'),
  'update_network:is_default': onNetwork('is_default', 'update'),
  'update_network:provider:network_type': onNetwork('provider:network_type', 'update'),
  'update_network:provider:physical_network': onNetwork('provider:physical_network', 'update'),
  'update_network:provider:segmentation_id': onNetwork('provider:segmentation_id', 'update'),

  get_subnet: rule(ANYBODY, 'List or show subnets', `GET ${SUBNETS}`, `GET ${SUBNETS}/{id}`),
  create_subnet: rule(MEMBER, "Create a subnet on one's own network", `POST ${SUBNETS}`),
  update_subnet: rule(MEMBER, 'Change a subnet', `PUT ${SUBNETS}/{id}`),
  'create_subnet:external': rule(ADMIN, 'Create a subnet of an external network', `POST ${SUBNETS}`),
  'update_subnet:external': rule(ADMIN, 'Change a subnet of an external network', `PUT ${SUBNETS}/{id}`),
  delete_subnet: rule(MEMBER, 'Delete a subnet', `DELETE ${SUBNETS}/{id}`),

  'get_port:binding:host_id': seen('binding:host_id', PORTS),
  'get_port:binding:profile': seen('binding:profile', PORTS),
  'get_port:binding:vif_type': seen('binding:vif_type', PORTS),
  'get_port:binding:vif_details': seen('binding:vif_details', PORTS),
  get_port: rule(ANYBODY, 'List or show ports', `GET ${PORTS}`, `GET ${PORTS}/{id}`),
  create_port: rule(MEMBER, 'Create a port', `POST ${PORTS}`),
  update_port: rule(MEMBER, 'Change a port', `PUT ${PORTS}/{id}`),
  delete_port: rule(MEMBER, 'Delete a port', `DELETE ${PORTS}/{id}`),
  'create_port:binding:host_id': onPort('Name the host of a port', 'create'),
  'create_port:binding:profile': onPort('Give the binding profile of a port', 'create'),
  'create_port:device_owner': onPort('Say that a server owns a port', 'create'),
  'create_port:port_security_enabled': onPort("Choose port security on another project's network", 'create'),
  'create_port:mac_address': onPort("Choose the MAC address on another project's network", 'create'),
  'create_port:fixed_ips': onPort("Choose the addresses on another project's network", 'create'),
  'create_port:allowed_address_pairs': onPort("Choose the address pairs on another project's network", 'create'),
  'create_port:external_network': onPort('Plug a port into an external network that is not shared', 'create'),
  'update_port:binding:host_id': onPort('Change the host of a port', 'update'),
  'update_port:binding:profile': onPort('Change the binding profile of a port', 'update'),
  'update_port:device_owner': onPort('Say that a server owns a port', 'update'),
  'update_port:port_security_enabled': onPort("Choose port security on another project's network", 'update'),
  'update_port:mac_address': onPort("Choose the MAC address on another project's network", 'update'),
  'update_port:fixed_ips': onPort("Choose the addresses on another project's network", 'update'),
  'update_port:allowed_address_pairs': onPort("Change the address pairs on another project's network", 'update'),
  'update_port:external_network': onPort('Change a port on an external network that is not shared', 'update'),

  get_security_group: rule(
    ANYBODY,
    'List or show security groups',
    'GET /v2.0/security-groups',
    'GET /v2.0/security-groups/{id}',
  ),
  get_security_group_rule: rule(
    ANYBODY,
    'List or show rules of security groups',
    'GET /v2.0/security-group-rules',
    'GET /v2.0/security-group-rules/{id}',
  ),
  create_security_group: rule(MEMBER, 'Make a security group', 'POST /v2.0/security-groups'),
  update_security_group: rule(MEMBER, 'Change a security group', 'PUT /v2.0/security-groups/{id}'),
  delete_security_group: rule(MEMBER, 'Delete a security group', 'DELETE /v2.0/security-groups/{id}'),
  create_security_group_rule: rule(MEMBER, 'Add a rule to a security group', 'POST /v2.0/security-group-rules'),
  delete_security_group_rule: rule(
    MEMBER,
    'Delete a rule of a security group',
    'DELETE /v2.0/security-group-rules/{id}',
  ),
  get_network_ip_availability: rule(
    ADMIN,
    'See how many addresses of networks are in use',
    'GET /v2.0/network-ip-availabilities',
    'GET /v2.0/network-ip-availabilities/{id}',
  ),
  get_subnetpool: rule(ANYBODY, 'List or show pools of subnets', `GET ${POOLS}`, `GET ${POOLS}/{id}`),
  create_subnetpool: rule(MEMBER, 'Make a pool of subnets', `POST ${POOLS}`),
  'create_subnetpool:shared': rule(ADMIN, 'Make a pool of subnets for every project', `POST ${POOLS}`),
  'create_subnetpool:is_default': rule(ADMIN, 'Make the default pool of subnets', `POST ${POOLS}`),
  update_subnetpool: rule(MEMBER, 'Change a pool of subnets', `PUT ${POOLS}/{id}`),
  'update_subnetpool:is_default': rule(ADMIN, 'Choose the default pool of subnets', `PUT ${POOLS}/{id}`),
  delete_subnetpool: rule(MEMBER, 'Delete a pool of subnets', `DELETE ${POOLS}/{id}`),
  'get_router:distributed': seen('distributed', ROUTERS),
  'get_router:ha': seen('ha', ROUTERS),
  get_floatingip: rule(ANYBODY, 'List or show floating addresses', `GET ${FLOATING}`, `GET ${FLOATING}/{id}`),
  create_floatingip: rule(MEMBER, 'Take a floating address', `POST ${FLOATING}`),
  'create_floatingip:floating_ip_address': rule(ADMIN, 'Choose the floating address', `POST ${FLOATING}`),
  update_floatingip: rule(MEMBER, 'Change a floating address, or where it leads', `PUT ${FLOATING}/{id}`),
  delete_floatingip: rule(MEMBER, 'Give a floating address back', `DELETE ${FLOATING}/{id}`),
  get_floatingip_port_forwarding: rule(
    ANYBODY,
    'List or show port forwardings',
    `GET ${FORWARDINGS}`,
    `GET ${FORWARDINGS}/{forwarding}`,
  ),
  create_floatingip_port_forwarding: rule(MEMBER, 'Add a port forwarding', `POST ${FORWARDINGS}`),
  update_floatingip_port_forwarding: rule(MEMBER, 'Change a port forwarding', `PUT ${FORWARDINGS}/{forwarding}`),
  delete_floatingip_port_forwarding: rule(MEMBER, 'Delete a port forwarding', `DELETE ${FORWARDINGS}/{forwarding}`),
  get_router: rule(ANYBODY, 'List or show routers', `GET ${ROUTERS}`, `GET ${ROUTERS}/{id}`),
  create_router: rule(MEMBER, 'Make a router', `POST ${ROUTERS}`),
  'create_router:distributed': rule(ADMIN, 'Say that a new router is distributed', `POST ${ROUTERS}`),
  'create_router:ha': rule(ADMIN, 'Say that a new router is not highly available', `POST ${ROUTERS}`),
  'create_router:external_gateway_info:enable_snat': rule(
    ADMIN,
    'Say whether a new router translates what leaves by its gateway',
    `POST ${ROUTERS}`,
  ),
  'create_router:external_gateway_info:external_fixed_ips': rule(
    ADMIN,
    "Choose the addresses of a new router's gateway",
    `POST ${ROUTERS}`,
  ),
  update_router: rule(MEMBER, 'Change a router', `PUT ${ROUTERS}/{id}`),
  'update_router:distributed': rule(ADMIN, 'Say that a router is distributed', `PUT ${ROUTERS}/{id}`),
  'update_router:ha': rule(ADMIN, 'Say that a router is not highly available', `PUT ${ROUTERS}/{id}`),
  'update_router:external_gateway_info:enable_snat': rule(
    ADMIN,
    'Say whether a router translates what leaves by its gateway',
    `PUT ${ROUTERS}/{id}`,
  ),
  'update_router:external_gateway_info:external_fixed_ips': rule(
    ADMIN,
    "Choose the addresses of a router's gateway",
    `PUT ${ROUTERS}/{id}`,
  ),
  delete_router: rule(MEMBER, 'Delete a router', `DELETE ${ROUTERS}/{id}`),
  add_router_interface: rule(MEMBER, 'Join a router with a subnet', `PUT ${ROUTERS}/{id}/add_router_interface`),
  remove_router_interface: rule(MEMBER, 'Take a subnet from a router', `PUT ${ROUTERS}/{id}/remove_router_interface`),
  add_extraroutes: rule(MEMBER, 'Add extra routes to a router', `PUT ${ROUTERS}/{id}/add_extraroutes`),
  remove_extraroutes: rule(MEMBER, 'Remove extra routes from a router', `PUT ${ROUTERS}/{id}/remove_extraroutes`),
  get_default_security_group_rule: rule(
    ANYBODY,
    'List or show the rules that new security groups begin with',
    'GET /v2.0/default-security-group-rules',
    'GET /v2.0/default-security-group-rules/{id}',
  ),
  create_default_security_group_rule: rule(
    ADMIN,
    'Add a rule that new security groups begin with',
    'POST /v2.0/default-security-group-rules',
  ),
  delete_default_security_group_rule: rule(
    ADMIN,
    'Delete a rule that new security groups begin with',
    'DELETE /v2.0/default-security-group-rules/{id}',
  ),
  get_address_group: rule(
    ANYBODY,
    'List or show address groups',
    'GET /v2.0/address-groups',
    'GET /v2.0/address-groups/{id}',
  ),
  create_address_group: rule(MEMBER, 'Make an address group', 'POST /v2.0/address-groups'),
  update_address_group: rule(
    MEMBER,
    'Change an address group or its addresses',
    'PUT /v2.0/address-groups/{id}',
    'PUT /v2.0/address-groups/{id}/add_addresses',
    'PUT /v2.0/address-groups/{id}/remove_addresses',
  ),
  delete_address_group: rule(MEMBER, 'Delete an address group', 'DELETE /v2.0/address-groups/{id}'),
  get_policy: rule(ANYBODY, 'List or show QoS policies', `GET ${QOS}`, `GET ${QOS}/{id}`),
  create_policy: rule(ADMIN, 'Make a QoS policy', `POST ${QOS}`),
  update_policy: rule(ADMIN, 'Change a QoS policy', `PUT ${QOS}/{id}`),
  delete_policy: rule(ADMIN, 'Delete a QoS policy', `DELETE ${QOS}/{id}`),
  get_rule_type: rule(ANYBODY, 'List the types of rules of QoS policies', 'GET /v2.0/qos/rule-types'),
  'get_rule_type:drivers': rule(ADMIN, 'See what enforces a type of rules', 'GET /v2.0/qos/rule-types/{type}'),
  get_policy_bandwidth_limit_rule: rule(
    ANYBODY,
    'List or show a bandwidth limit of a QoS policy',
    `GET ${QOS}/{id}/bandwidth_limit_rules`,
    `GET ${QOS}/{id}/bandwidth_limit_rules/{rule}`,
  ),
  create_policy_bandwidth_limit_rule: rule(
    ADMIN,
    'Add a bandwidth limit to a QoS policy',
    `POST ${QOS}/{id}/bandwidth_limit_rules`,
  ),
  update_policy_bandwidth_limit_rule: rule(
    ADMIN,
    'Change a bandwidth limit of a QoS policy',
    `PUT ${QOS}/{id}/bandwidth_limit_rules/{rule}`,
  ),
  delete_policy_bandwidth_limit_rule: rule(
    ADMIN,
    'Delete a bandwidth limit of a QoS policy',
    `DELETE ${QOS}/{id}/bandwidth_limit_rules/{rule}`,
  ),
  get_alias_bandwidth_limit_rule: rule(
    ANYBODY,
    'Show a bandwidth limit by the id of the rule',
    'GET /v2.0/qos/alias_bandwidth_limit_rules/{rule}',
  ),
  update_alias_bandwidth_limit_rule: rule(
    ADMIN,
    'Change a bandwidth limit by the id of the rule',
    'PUT /v2.0/qos/alias_bandwidth_limit_rules/{rule}',
  ),
  delete_alias_bandwidth_limit_rule: rule(
    ADMIN,
    'Delete a bandwidth limit by the id of the rule',
    'DELETE /v2.0/qos/alias_bandwidth_limit_rules/{rule}',
  ),
  get_policy_packet_rate_limit_rule: rule(
    ANYBODY,
    'List or show a packet rate limit of a QoS policy',
    `GET ${QOS}/{id}/packet_rate_limit_rules`,
    `GET ${QOS}/{id}/packet_rate_limit_rules/{rule}`,
  ),
  create_policy_packet_rate_limit_rule: rule(
    ADMIN,
    'Add a packet rate limit to a QoS policy',
    `POST ${QOS}/{id}/packet_rate_limit_rules`,
  ),
  update_policy_packet_rate_limit_rule: rule(
    ADMIN,
    'Change a packet rate limit of a QoS policy',
    `PUT ${QOS}/{id}/packet_rate_limit_rules/{rule}`,
  ),
  delete_policy_packet_rate_limit_rule: rule(
    ADMIN,
    'Delete a packet rate limit of a QoS policy',
    `DELETE ${QOS}/{id}/packet_rate_limit_rules/{rule}`,
  ),
  get_alias_packet_rate_limit_rule: rule(
    ANYBODY,
    'Show a packet rate limit by the id of the rule',
    'GET /v2.0/qos/alias_packet_rate_limit_rules/{rule}',
  ),
  update_alias_packet_rate_limit_rule: rule(
    ADMIN,
    'Change a packet rate limit by the id of the rule',
    'PUT /v2.0/qos/alias_packet_rate_limit_rules/{rule}',
  ),
  delete_alias_packet_rate_limit_rule: rule(
    ADMIN,
    'Delete a packet rate limit by the id of the rule',
    'DELETE /v2.0/qos/alias_packet_rate_limit_rules/{rule}',
  ),
  get_policy_dscp_marking_rule: rule(
    ANYBODY,
    'List or show a DSCP mark of a QoS policy',
    `GET ${QOS}/{id}/dscp_marking_rules`,
    `GET ${QOS}/{id}/dscp_marking_rules/{rule}`,
  ),
  create_policy_dscp_marking_rule: rule(
    ADMIN,
    'Add a DSCP mark to a QoS policy',
    `POST ${QOS}/{id}/dscp_marking_rules`,
  ),
  update_policy_dscp_marking_rule: rule(
    ADMIN,
    'Change a DSCP mark of a QoS policy',
    `PUT ${QOS}/{id}/dscp_marking_rules/{rule}`,
  ),
  delete_policy_dscp_marking_rule: rule(
    ADMIN,
    'Delete a DSCP mark of a QoS policy',
    `DELETE ${QOS}/{id}/dscp_marking_rules/{rule}`,
  ),
  get_alias_dscp_marking_rule: rule(
    ANYBODY,
    'Show a DSCP mark by the id of the rule',
    'GET /v2.0/qos/alias_dscp_marking_rules/{rule}',
  ),
  update_alias_dscp_marking_rule: rule(
    ADMIN,
    'Change a DSCP mark by the id of the rule',
    'PUT /v2.0/qos/alias_dscp_marking_rules/{rule}',
  ),
  delete_alias_dscp_marking_rule: rule(
    ADMIN,
    'Delete a DSCP mark by the id of the rule',
    'DELETE /v2.0/qos/alias_dscp_marking_rules/{rule}',
  ),
  create_policy_minimum_bandwidth_rule: rule(
    ADMIN,
    'Be told that bandwidth is not reserved',
    `POST ${QOS}/{id}/minimum_bandwidth_rules`,
  ),
  create_policy_minimum_packet_rate_rule: rule(
    ADMIN,
    'Be told that packet rates are not reserved',
    `POST ${QOS}/{id}/minimum_packet_rate_rules`,
  ),
  get_policies_tags: readTags(QOS),
  update_policies_tags: writeTags(QOS),
  delete_policies_tags: removeTags(QOS),

  get_quota: rule(
    OWN_PROJECT,
    'Show the network quota of a project',
    `GET ${QUOTA}`,
    `GET ${QUOTA}/default`,
    `GET ${QUOTA}/details`,
    `GET ${QUOTA}/details.json`,
  ),
  get_quotas: rule(ADMIN, 'List the network quotas of all projects', 'GET /v2.0/quotas'),
  update_quota: rule(ADMIN, 'Change the network quota of a project', `PUT ${QUOTA}`),
  delete_quota: rule(ADMIN, 'Give a project the default network quota', `DELETE ${QUOTA}`),

  get_networks_tags: readTags(NETWORKS),
  update_networks_tags: writeTags(NETWORKS),
  delete_networks_tags: removeTags(NETWORKS),
  get_subnets_tags: readTags(SUBNETS),
  update_subnets_tags: writeTags(SUBNETS),
  delete_subnets_tags: removeTags(SUBNETS),
  get_ports_tags: readTags(PORTS),
  update_ports_tags: writeTags(PORTS),
  delete_ports_tags: removeTags(PORTS),
  get_floatingips_tags: readTags(FLOATING),
  update_floatingips_tags: writeTags(FLOATING),
  delete_floatingips_tags: removeTags(FLOATING),
  get_routers_tags: readTags(ROUTERS),
  update_routers_tags: writeTags(ROUTERS),
  delete_routers_tags: removeTags(ROUTERS),
  get_subnetpools_tags: readTags(POOLS),
  update_subnetpools_tags: writeTags(POOLS),
  delete_subnetpools_tags: removeTags(POOLS),
  get_security_groups_tags: readTags(GROUPS),
  update_security_groups_tags: writeTags(GROUPS),
  delete_security_groups_tags: removeTags(GROUPS),

  get_address_scope: rule(ANYBODY, 'List or show address scopes', `GET ${SCOPES}`, `GET ${SCOPES}/{id}`),
  create_address_scope: rule(MEMBER, 'Make an address scope', `POST ${SCOPES}`),
  'create_address_scope:shared': rule(ADMIN, 'Make an address scope for every project', `POST ${SCOPES}`),
  update_address_scope: rule(MEMBER, 'Change an address scope', `PUT ${SCOPES}/{id}`),
  'update_address_scope:shared': rule(ADMIN, 'Say whether an address scope is for every project', `PUT ${SCOPES}/{id}`),
  delete_address_scope: rule(MEMBER, 'Delete an address scope', `DELETE ${SCOPES}/{id}`),
  get_rbac_policy: rule(ANYBODY, 'List or show what is shared with whom', `GET ${RBAC}`, `GET ${RBAC}/{id}`),
  create_rbac_policy: rule(MEMBER, 'Share an object', `POST ${RBAC}`),
  'create_rbac_policy:target_tenant': rule(ADMIN, 'Share an object with every project', `POST ${RBAC}`),
  'create_rbac_policy:access_as_external': rule(ADMIN, 'Let a network lead outside for a project', `POST ${RBAC}`),
  'create_rbac_policy:object_of_others': rule(ADMIN, 'Share an object of another project', `POST ${RBAC}`),
  update_rbac_policy: rule(MEMBER, 'Change with whom an object is shared', `PUT ${RBAC}/{id}`),
  'update_rbac_policy:target_tenant': rule(ADMIN, 'Share an object with every project', `PUT ${RBAC}/{id}`),
  delete_rbac_policy: rule(MEMBER, 'End that an object is shared', `DELETE ${RBAC}/{id}`),
  get_availability_zone: rule(ANYBODY, 'List zones of networks', 'GET /v2.0/availability_zones'),
  get_agent: rule(ADMIN, 'List or show network agents', 'GET /v2.0/agents', 'GET /v2.0/agents/{id}'),
  update_agent: rule(ADMIN, 'Change a network agent', 'PUT /v2.0/agents/{id}'),
  delete_agent: rule(ADMIN, 'Delete a network agent', 'DELETE /v2.0/agents/{id}'),
  'get_dhcp-agents': rule(ADMIN, 'List the network agents of a network', `GET ${NETWORKS}/{id}/dhcp-agents`),
  'get_l3-agents': rule(ADMIN, 'List the network agents of a router', `GET ${ROUTERS}/{id}/l3-agents`),
  unoffered: {
    ...rule(
      ANYBODY,
      'Learn that something is not offered',
      'GET /v2.0/flavors',
      'GET /v2.0/service_profiles',
      'GET /v2.0/segments',
      'GET /v2.0/log/logs',
      'GET /v2.0/log/loggable-resources',
      'GET /v2.0/metering/metering-labels',
      'GET /v2.0/metering/metering-label-rules',
      'GET /v2.0/auto-allocated-topology/{id}',
    ),
    fixed: true,
  },
  get_trunk: rule(ANYBODY, 'List or show trunks', `GET ${TRUNKS}`, `GET ${TRUNKS}/{id}`),
  create_trunk: rule(MEMBER, 'Make a trunk', `POST ${TRUNKS}`),
  update_trunk: rule(MEMBER, 'Change a trunk', `PUT ${TRUNKS}/{id}`),
  delete_trunk: rule(MEMBER, 'Delete a trunk', `DELETE ${TRUNKS}/{id}`),
  get_subports: rule(ANYBODY, 'List the subports of a trunk', `GET ${TRUNKS}/{id}/get_subports`),
  add_subports: rule(MEMBER, 'Add subports to a trunk', `PUT ${TRUNKS}/{id}/add_subports`),
  remove_subports: rule(MEMBER, 'Take subports from a trunk', `PUT ${TRUNKS}/{id}/remove_subports`),
  get_trunks_tags: readTags(TRUNKS),
  update_trunks_tags: writeTags(TRUNKS),
  delete_trunks_tags: removeTags(TRUNKS),
  get_service_provider: rule(ANYBODY, 'List service providers', 'GET /v2.0/service-providers'),
} as const satisfies RuleTable;
