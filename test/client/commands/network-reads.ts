import { type ReadCommand, same } from './read-command.ts';

const NET = '/network/v2.0';
const idAndName = { ID: 'id', Name: 'name' };
const PORTS = { ...idAndName, 'MAC Address': 'mac_address', 'Fixed IP Addresses': 'fixed_ips', Status: 'status' };
const RULES = {
  ...{ ID: 'id', 'IP Protocol': 'protocol', Ethertype: 'ethertype', Direction: 'direction' },
  'Remote Security Group': 'remote_group_id',
};

const read =
  (plural: string, columns: ReadCommand['columns'], at = plural) =>
  (run: string, query: string, more: ReadCommand['columns'] = {}): ReadCommand => ({
    ...{ run, path: `${NET}/${plural}?${query}`, at, columns: { ...columns, ...more } },
  });
const networks = read('networks', { ...idAndName, Subnets: 'subnets' });
const subnets = read('subnets', { ...idAndName, Network: 'network_id', Subnet: 'cidr' });
const ports = read('ports', PORTS);
const routers = read('routers', { ...idAndName, Status: 'status', State: 'admin_state_up', Project: 'project_id' });
const floating = read('floatingips', {
  ...{ ID: 'id', 'Floating IP Address': 'floating_ip_address', 'Fixed IP Address': 'fixed_ip_address' },
  ...{ Port: 'port_id', 'Floating Network': 'floating_network_id', Project: 'project_id' },
});
const groups = read('security-groups', { ...idAndName, Description: 'description' }, 'security_groups');
const rules = read('security-group-rules', RULES, 'security_group_rules');
const scopes = read(
  'address-scopes',
  { ...idAndName, 'IP Version': 'ip_version', Shared: 'shared', Project: 'project_id' },
  'address_scopes',
);
const policies = read(
  'rbac-policies',
  { ID: 'id', 'Object Type': 'object_type', 'Object ID': 'object_id' },
  'rbac_policies',
);
const agents = read('agents', {
  ...{ ID: 'id', 'Agent Type': 'agent_type', Host: 'host', 'Availability Zone': 'availability_zone' },
  ...{ Alive: 'alive', State: 'admin_state_up', Binary: 'binary' },
});
const trunks = read('trunks', { ...idAndName, 'Parent Port': 'port_id', Description: 'description' });
const one = (run: string, path: string, at: string, columns: ReadCommand['columns']): ReadCommand => ({
  ...{ run, path: `${NET}/${path}`, at, columns },
});

/** Of the openstack client, as administrator, when NETWORK_WRITES have run. */
export const NETWORK_READS: readonly ReadCommand[] = [
  networks('network list --external', 'router:external=true'),
  networks('network list --internal', 'router:external=false'),
  networks('network list --name outer', 'name=outer'),
  networks('network list --enable', 'admin_state_up=true'),
  networks('network list --disable', 'admin_state_up=false'),
  networks('network list --project demo', 'project_id={project:demo}'),
  networks('network list --no-share', 'shared=false'),
  networks('network list --status ACTIVE', 'status=ACTIVE'),
  networks('network list --provider-network-type vxlan', 'provider:network_type=vxlan'),
  networks('network list --provider-segment 4711', 'provider:segmentation_id=4711'),
  one('network show outer', 'networks?name=outer', 'networks', {
    ...same('id', 'name', 'description', 'mtu', 'shared', 'admin_state_up', 'subnets', 'project_id'),
  }),
  subnets('subnet list --dhcp', 'enable_dhcp=true'),
  subnets('subnet list --no-dhcp', 'enable_dhcp=false'),
  subnets('subnet list --ip-version 6', 'ip_version=6'),
  subnets('subnet list --network outer', 'network_id={network:outer}'),
  subnets('subnet list --gateway 10.20.0.1', 'gateway_ip=10.20.0.1'),
  subnets('subnet list --name garden', 'name=garden'),
  subnets('subnet list --subnet-range 10.98.0.0/24', 'cidr=10.98.0.0/24'),
  subnets('subnet list --project admin', 'project_id={project:admin}'),
  one('subnet show six', 'subnets?name=six', 'subnets', {
    ...same('id', 'name', 'cidr', 'gateway_ip', 'ip_version', 'allocation_pools', 'enable_dhcp', 'network_id'),
  }),
  ports('port list --network outer', 'network_id={network:outer}'),
  ports('port list --name gate', 'name=gate'),
  ports('port list --device-id of-yours', 'device_id=of-yours'),
  ports('port list --device-owner your:own', 'device_owner=your:own'),
  ports('port list --mac-address fa:16:3e:00:98:02', 'mac_address=fa:16:3e:00:98:02'),
  ports('port list --fixed-ip ip-address=10.98.0.32', 'fixed_ips=ip_address%3D10.98.0.32'),
  ports('port list --fixed-ip subnet=garden', 'fixed_ips=subnet_id%3D{subnet:garden}'),
  ports('port list --fixed-ip ip-substring=98.0', 'fixed_ips=ip_address_substr%3D98.0'),
  ports('port list --project admin', 'project_id={project:admin}'),
  one('port show gate', 'ports?name=gate', 'ports', {
    ...same('id', 'name', 'description', 'mac_address', 'fixed_ips', 'device_id', 'device_owner', 'network_id'),
    ...same('port_security_enabled', 'admin_state_up', 'status', 'project_id', 'revision_number'),
  }),
  routers('router list', ''),
  routers('router list --name hub', 'name=hub'),
  routers('router list --enable', 'admin_state_up=true'),
  routers('router list --disable --long', 'admin_state_up=false', { Routes: 'routes' }),
  routers('router list --project demo', 'project_id={project:demo}'),
  routers('router list --tags red', 'tags=red'),
  routers('router list --any-tags red,blue', 'tags-any=red,blue'),
  routers('router list --not-tags red', 'not-tags=red'),
  routers('router list --not-any-tags red', 'not-tags-any=red'),
  one('router show hub', 'routers?name=hub', 'routers', {
    ...same('id', 'name', 'description', 'admin_state_up', 'status', 'external_gateway_info', 'routes'),
    ...same('distributed', 'ha', 'project_id', 'tags', 'availability_zone_hints', 'revision_number'),
  }),
  floating('floating ip list', ''),
  floating('floating ip list --network sky', 'floating_network_id={network:sky}'),
  floating('floating ip list --port shed', 'port_id={port:shed}'),
  floating('floating ip list --fixed-ip-address 10.93.0.8', 'fixed_ip_address=10.93.0.8'),
  floating('floating ip list --floating-ip-address 198.51.100.50', 'floating_ip_address=198.51.100.50'),
  floating('floating ip list --status ACTIVE --long', 'status=ACTIVE', {
    Status: 'status',
    Description: 'description',
  }),
  floating('floating ip list --router ladder', 'router_id={router:ladder}'),
  floating('floating ip list --project admin', 'project_id={project:admin}'),
  floating('floating ip list --tags red', 'tags=red'),
  one('floating ip show 198.51.100.51', 'floatingips?floating_ip_address=198.51.100.51', 'floatingips', {
    ...same('id', 'description', 'floating_ip_address', 'fixed_ip_address', 'port_id', 'router_id', 'status', 'tags'),
    ...same('floating_network_id', 'project_id', 'dns_name', 'dns_domain', 'revision_number'),
  }),
  one(
    'floating ip port forwarding list 198.51.100.50',
    'floatingips/{floating:first}/port_forwardings',
    'port_forwardings',
    {
      ...{ ID: 'id', 'Internal Port ID': 'internal_port_id', 'Internal IP Address': 'internal_ip_address' },
      ...{ 'Internal Port': 'internal_port', 'External Port': 'external_port', Protocol: 'protocol' },
      Description: 'description',
    },
  ),
  one(
    'floating ip port forwarding show 198.51.100.50 {forwarding:web}',
    'floatingips/{floating:first}/port_forwardings/{forwarding:web}',
    'port_forwarding',
    {
      ...same(
        'id',
        'internal_port_id',
        'internal_ip_address',
        'internal_port',
        'external_port',
        'protocol',
        'description',
      ),
    },
  ),
  groups('security group list --project demo', 'project_id={project:demo}'),
  one('security group show wall', 'security-groups?name=wall', 'security_groups', {
    ...same('id', 'name', 'description', 'stateful', 'project_id', 'revision_number'),
  }),
  rules('security group rule list wall', 'security_group_id={group:wall}'),
  rules('security group rule list --protocol icmp', 'protocol=icmp'),
  rules('security group rule list --ingress', 'direction=ingress'),
  rules('security group rule list --egress', 'direction=egress'),
  scopes('address scope list', ''),
  scopes('address scope list --name realm', 'name=realm'),
  scopes('address scope list --ip-version 4', 'ip_version=4'),
  scopes('address scope list --no-share', 'shared=false'),
  scopes('address scope list --project demo', 'project_id={project:demo}'),
  one('address scope show realm', 'address-scopes?name=realm', 'address_scopes', {
    ...same('id', 'name', 'ip_version', 'shared', 'project_id'),
  }),
  policies('network rbac list', ''),
  policies('network rbac list --type address_scope', 'object_type=address_scope'),
  policies('network rbac list --action access_as_shared --long', 'action=access_as_shared', { Action: 'action' }),
  one('network rbac show {rbac:address_scope}', 'rbac-policies?object_type=address_scope', 'rbac_policies', {
    ...same('id', 'object_type', 'object_id', 'action', 'project_id'),
    target_project_id: 'target_tenant',
  }),
  one('network qos policy list', 'qos/policies', 'policies', {
    ...idAndName,
    ...{ Shared: 'shared', Default: 'is_default', Project: 'project_id' },
  }),
  one('network qos policy list --project demo', 'qos/policies?project_id={project:demo}', 'policies', idAndName),
  one('network qos policy show gold', 'qos/policies?name=gold', 'policies', {
    ...same('id', 'name', 'description', 'is_default', 'shared', 'project_id'),
  }),
  one(
    'network qos rule show gold {limit:egress}',
    'qos/alias_bandwidth_limit_rules/{limit:egress}',
    'bandwidth_limit_rule',
    {
      ...same('id', 'max_kbps', 'max_burst_kbps', 'direction'),
    },
  ),
  one('network qos rule type list', 'qos/rule-types', 'rule_types', { Type: 'type' }),
  trunks('network trunk list', ''),
  trunks('network trunk list --long', '', {
    ...{ Status: 'status', State: 'admin_state_up', 'Created At': 'created_at', 'Updated At': 'updated_at' },
  }),
  one('network trunk show cable', 'trunks?name=cable', 'trunks', {
    ...same('id', 'name', 'description', 'port_id', 'status', 'admin_state_up', 'sub_ports', 'project_id'),
  }),
  one('network subport list --trunk cable', 'trunks/{trunk:cable}/get_subports', 'sub_ports', {
    ...{ Port: 'port_id', 'Segmentation Type': 'segmentation_type', 'Segmentation ID': 'segmentation_id' },
  }),
  agents('network agent list', ''),
  one('network agent show {agent:nova}', 'agents/{agent:nova}', 'agent', {
    ...same('id', 'agent_type', 'binary', 'host', 'availability_zone', 'started_at', 'topic'),
    ...same('alive', 'admin_state_up'),
  }),
  one('availability zone list --network --long', 'availability_zones', 'availability_zones', {
    ...{ 'Zone Name': 'name', 'Zone Status': 'state', 'Zone Resource': 'resource' },
  }),
  one('network service provider list', 'service-providers', 'service_providers', {
    ...{ 'Service Type': 'service_type', Name: 'name', Default: 'default' },
  }),
  one('extension show sorting', 'extensions/sorting', 'extension', same('alias', 'name')),
  one('quota list --network', 'quotas', 'quotas', {
    ...{ 'Project ID': 'project_id', Networks: 'network', Ports: 'port', Subnets: 'subnet' },
    ...{ 'Security Groups': 'security_group', 'Security Group Rules': 'security_group_rule' },
  }),
];
