import { type Found, type ReadCommand, same } from './read-command.ts';

const nested = (outer: string, inner: string) => (one: Found) => (one[outer] as Found)[inner];
const idAndName = { ID: 'id', Name: 'name' };

const SERVERS = { ...idAndName, Status: 'status', Flavor: nested('flavor', 'original_name') };
const LONG_SERVERS = {
  ...idAndName,
  ...{ Status: 'status', 'Task State': 'OS-EXT-STS:task_state', 'Power State': 'OS-EXT-STS:power_state' },
  ...{ 'Image ID': nested('image', 'id'), Flavor: nested('flavor', 'original_name') },
  ...{ 'Availability Zone': 'OS-EXT-AZ:availability_zone', Host: 'OS-EXT-SRV-ATTR:host', Properties: 'metadata' },
};
const FLAVORS = {
  ...idAndName,
  ...{ RAM: 'ram', Disk: 'disk', Ephemeral: 'OS-FLV-EXT-DATA:ephemeral', VCPUs: 'vcpus' },
  'Is Public': 'os-flavor-access:is_public',
};
const SERVICES = {
  ...{ ID: 'id', Binary: 'binary', Host: 'host', Zone: 'zone', Status: 'status', State: 'state' },
  ...{ 'Disabled Reason': 'disabled_reason', 'Forced Down': 'forced_down' },
};
const PORTS = { ...idAndName, 'MAC Address': 'mac_address', 'Fixed IP Addresses': 'fixed_ips', Status: 'status' };
const NETWORKS = {
  ...{ ...idAndName, Status: 'status', Project: 'project_id', State: 'admin_state_up', Shared: 'shared' },
  ...{ Subnets: 'subnets', 'Network Type': 'provider:network_type', 'Router Type': 'router:external', Tags: 'tags' },
};
const SUBNETS = {
  ...{ ...idAndName, Network: 'network_id', Subnet: 'cidr', Project: 'project_id', DHCP: 'enable_dhcp' },
  ...{ 'Name Servers': 'dns_nameservers', 'Allocation Pools': 'allocation_pools', Gateway: 'gateway_ip' },
};
const IMAGES = {
  ...{ ...idAndName, 'Disk Format': 'disk_format', 'Container Format': 'container_format', Size: 'size' },
  ...{ Checksum: 'checksum', Status: 'status', Visibility: 'visibility', Project: 'owner', Tags: 'tags' },
};
const ENDPOINTS = { ID: 'id', Region: 'region', Interface: 'interface', URL: 'url', Enabled: 'enabled' };

const DETAIL = '/compute/v2.1/servers/detail';
const NET = '/network/v2.0';
const IDENTITY = '/identity/v3';

const read = (run: string, path: string, at: string, columns: ReadCommand['columns']): ReadCommand => ({
  ...{ run, path, at, columns },
});
const servers = (options: string, query: string, columns: ReadCommand['columns'] = SERVERS): ReadCommand =>
  read(`server list ${options}`, `${DETAIL}?${query}`, 'servers', columns);

/** Of the openstack client, as administrator, when there are the servers alpha and beta. */
export const OPENSTACK_READS: readonly ReadCommand[] = [
  servers('--all-projects', 'all_tenants=1'),
  servers('--long', '', LONG_SERVERS),
  servers('--name alp', 'name=alp'),
  servers('--status ACTIVE', 'status=ACTIVE'),
  servers('--ip 10.20', 'ip=10.20'),
  servers('--flavor m1.nano', 'flavor=1'),
  servers('--limit 1', 'limit=1'),
  servers('--changes-since 2020-01-01T00:00:00Z', 'changes-since=2020-01-01T00:00:00Z'),
  servers('--tags seen', 'tags=seen'),
  servers('--not-tags seen', 'not-tags=seen'),
  servers('--sort-column Name', 'sort_key=display_name'),
  servers('--no-name-lookup', '', { ...idAndName, Status: 'status' }),
  servers('--all-projects --host cell-1-sim-001', 'all_tenants=1&host=cell-1-sim-001'),
  read('server show alpha', `${DETAIL}?name=alpha`, 'servers', {
    ...same('id', 'name', 'status', 'hostId', 'created', 'updated', 'key_name', 'accessIPv4', 'progress', 'user_id'),
    ...same('OS-EXT-STS:vm_state', 'OS-EXT-STS:power_state', 'OS-EXT-SRV-ATTR:host', 'OS-SRV-USG:launched_at'),
    ...same('OS-EXT-SRV-ATTR:instance_name', 'OS-EXT-AZ:availability_zone', 'description', 'locked', 'tags'),
    ...{ project_id: 'tenant_id', properties: 'metadata' },
  }),
  read('flavor list --long', '/compute/v2.1/flavors/detail', 'flavors', { ...FLAVORS, 'RXTX Factor': 'rxtx_factor' }),
  read('flavor list --all', '/compute/v2.1/flavors/detail?is_public=none', 'flavors', FLAVORS),
  read('flavor list --min-ram 4096', '/compute/v2.1/flavors/detail?minRam=4096', 'flavors', FLAVORS),
  read('flavor show m1.nano', '/compute/v2.1/flavors/1', 'flavor', {
    ...same('id', 'name', 'ram', 'disk', 'vcpus', 'rxtx_factor', 'OS-FLV-EXT-DATA:ephemeral', 'description'),
    ...{ properties: 'extra_specs', ...same('os-flavor-access:is_public', 'OS-FLV-DISABLED:disabled') },
  }),
  read('compute service list --long', '/compute/v2.1/os-services', 'services', SERVICES),
  read('compute service list --service nova-compute', '/compute/v2.1/os-services?binary=nova-compute', 'services', {
    ...{ ID: 'id', Host: 'host', State: 'state' },
  }),
  read('hypervisor list', '/compute/v2.1/os-hypervisors/detail', 'hypervisors', {
    ...{ ID: 'id', 'Hypervisor Hostname': 'hypervisor_hostname', State: 'state' },
    ...{ 'Hypervisor Type': 'hypervisor_type', 'Host IP': 'host_ip' },
  }),
  {
    ...read('host list', '/compute/v2.1/os-hosts', 'hosts', { 'Host Name': 'host_name', Service: 'service' }),
    version: '2.42',
  },
  {
    ...read('hypervisor stats show', '/compute/v2.1/os-hypervisors/statistics', 'hypervisor_statistics', {
      ...same('count', 'current_workload', 'disk_available_least', 'free_disk_gb', 'free_ram_mb', 'local_gb'),
      ...same('memory_mb', 'memory_mb_used', 'running_vms', 'vcpus', 'vcpus_used'),
    }),
    version: '2.80',
  },
  read('availability zone list --compute', '/compute/v2.1/os-availability-zone/detail', 'availabilityZoneInfo', {
    ...{ 'Zone Name': 'zoneName', 'Zone Status': (one) => ((one.zoneState as Found).available ? 'available' : 'no') },
  }),
  read('image list --long', '/image/v2/images', 'images', IMAGES),
  read('image list --public', '/image/v2/images?visibility=public', 'images', idAndName),
  read('network list --long', `${NET}/networks`, 'networks', NETWORKS),
  read('network list --share', `${NET}/networks?shared=true`, 'networks', idAndName),
  read('network show private', `${NET}/networks?name=private`, 'networks', {
    ...same(
      'id',
      'name',
      'mtu',
      'status',
      'subnets',
      'shared',
      'admin_state_up',
      'created_at',
      'port_security_enabled',
    ),
    ...same('provider:network_type', 'provider:physical_network', 'provider:segmentation_id', 'revision_number'),
  }),
  read('subnet list --long', `${NET}/subnets`, 'subnets', SUBNETS),
  read('subnet list --ip-version 4', `${NET}/subnets?ip_version=4`, 'subnets', idAndName),
  read('subnet show private', `${NET}/subnets?name=private`, 'subnets', {
    ...same('id', 'cidr', 'allocation_pools', 'gateway_ip', 'enable_dhcp', 'ip_version', 'network_id', 'host_routes'),
    ...same('dns_nameservers', 'service_types', 'revision_number', 'created_at'),
  }),
  read('port list', `${NET}/ports`, 'ports', PORTS),
  read('port list --network private', `${NET}/ports`, 'ports', PORTS),
  read('port list --device-owner compute:nova', `${NET}/ports?device_owner=compute:nova`, 'ports', PORTS),
  read('security group list', `${NET}/security-groups`, 'security_groups', {
    ...{ ...idAndName, Description: 'description', Project: 'project_id', Tags: 'tags' },
  }),
  read('security group rule list', `${NET}/security-group-rules`, 'security_group_rules', {
    ...{ ID: 'id', 'IP Protocol': 'protocol', Ethertype: 'ethertype', Direction: 'direction' },
    ...{ 'Remote Security Group': 'remote_group_id', 'Security Group': 'security_group_id' },
  }),
  read('extension list --network', `${NET}/extensions`, 'extensions', {
    ...{ Name: 'name', Alias: 'alias', Description: 'description' },
  }),
  read('extension list --compute', '/compute/v2.1/extensions', 'extensions', {
    ...{ Name: 'name', Alias: 'alias', Description: 'description' },
  }),
  read('project list --long', `${IDENTITY}/projects`, 'projects', {
    ...{ ...idAndName, 'Domain ID': 'domain_id', Description: 'description', Enabled: 'enabled' },
  }),
  read('project show demo', `${IDENTITY}/projects?name=demo`, 'projects', {
    ...same('id', 'name', 'domain_id', 'enabled', 'is_domain', 'parent_id', 'description', 'tags', 'options'),
  }),
  read('user list --long', `${IDENTITY}/users`, 'users', { ...idAndName, Domain: 'domain_id', Enabled: 'enabled' }),
  read('user show demo', `${IDENTITY}/users?name=demo`, 'users', {
    ...same('id', 'name', 'domain_id', 'enabled', 'default_project_id', 'password_expires_at', 'options'),
  }),
  read('role list', `${IDENTITY}/roles`, 'roles', idAndName),
  read('role assignment list', `${IDENTITY}/role_assignments`, 'role_assignments', {
    Role: nested('role', 'id'),
    User: nested('user', 'id'),
    Project: (one) => ((one.scope as Found).project as Found).id,
  }),
  read('domain list', `${IDENTITY}/domains`, 'domains', {
    ...{ ...idAndName, Enabled: 'enabled', Description: 'description' },
  }),
  read('domain show default', `${IDENTITY}/domains`, 'domains', same('id', 'name', 'enabled', 'description', 'tags')),
  read('catalog list', `${IDENTITY}/auth/catalog`, 'catalog', { Name: 'name', Type: 'type' }),
  read('endpoint list', `${IDENTITY}/endpoints`, 'endpoints', ENDPOINTS),
  read('service list', `${IDENTITY}/services`, 'services', { ...idAndName, Type: 'type' }),
  read('region list', `${IDENTITY}/regions`, 'regions', { Region: 'id', 'Parent Region': 'parent_region_id' }),
  read('region show RegionOne', `${IDENTITY}/regions`, 'regions', { region: 'id', description: 'description' }),
];
