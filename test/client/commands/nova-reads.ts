import { type Found, type ReadCommand, same } from './read-command.ts';

const COMPUTE = '/compute/v2.1';
const read = (run: string, path: string, at: string, columns: ReadCommand['columns']): ReadCommand => ({
  ...{ run, path: `${COMPUTE}${path}`, at, columns },
});
const POWER_STATES: Readonly<Record<string, string>> = { 1: 'Running', 4: 'Shutdown' };
const SERVERS = {
  ...{ ID: 'id', Name: 'name', Status: 'status', 'Task State': 'OS-EXT-STS:task_state' },
  'Power State': (one: Found) => POWER_STATES[String(one['OS-EXT-STS:power_state'])],
};
const FLAVORS = {
  ...{ ID: 'id', Name: 'name', Memory_MiB: 'ram', Disk: 'disk', Ephemeral: 'OS-FLV-EXT-DATA:ephemeral', Swap: 'swap' },
  ...{ VCPUs: 'vcpus', Is_Public: 'os-flavor-access:is_public', Description: 'description' },
};
const LIMITS = ['instances', 'cores', 'ram', 'metadata_items', 'key_pairs', 'server_groups', 'server_group_members'];

/** Of the nova client, as administrator, when there are the servers alpha and beta, and what NOVA_WRITES made. */
export const NOVA_READS: readonly ReadCommand[] = [
  read('list --all-tenants', '/servers/detail?all_tenants=1', 'servers', { ...SERVERS, 'Tenant ID': 'tenant_id' }),
  read('list --name alpha', '/servers/detail?name=alpha', 'servers', SERVERS),
  read('list --status ACTIVE', '/servers/detail?status=ACTIVE', 'servers', SERVERS),
  read('list --tags seen', '/servers/detail?tags=seen', 'servers', SERVERS),
  read('show alpha', '/servers/detail?name=alpha', 'servers', {
    ...same('id', 'name', 'status', 'created', 'updated', 'hostId', 'tenant_id', 'user_id', 'locked', 'description'),
    ...same('OS-EXT-SRV-ATTR:host', 'OS-EXT-STS:task_state', 'OS-EXT-STS:vm_state', 'OS-EXT-AZ:availability_zone'),
    ...{ 'flavor:original_name': (one: Found) => (one.flavor as Found).original_name },
  }),
  read('flavor-list', '/flavors/detail', 'flavors', FLAVORS),
  read('flavor-list --all', '/flavors/detail?is_public=none', 'flavors', FLAVORS),
  read('flavor-show m1.nano', '/flavors/1', 'flavor', same('id', 'name', 'ram', 'disk', 'vcpus', 'rxtx_factor')),
  read('service-list', '/os-services', 'services', {
    ...{ Id: 'id', Binary: 'binary', Host: 'host', Zone: 'zone', Status: 'status', State: 'state' },
    ...{ 'Disabled Reason': 'disabled_reason', 'Forced down': 'forced_down' },
  }),
  read('hypervisor-list', '/os-hypervisors', 'hypervisors', {
    ...{ ID: 'id', 'Hypervisor hostname': 'hypervisor_hostname', State: 'state', Status: 'status' },
  }),
  read('quota-class-show default', '/os-quota-class-sets/default', 'quota_class_set', same(...LIMITS)),
  read('quota-defaults', '/os-quota-sets/{project}/defaults', 'quota_set', same(...LIMITS)),
  read('instance-action-list alpha', '/servers/{alpha}/os-instance-actions', 'instanceActions', {
    ...{ Action: 'action', Request_ID: 'request_id', Message: 'message' },
    ...{ Start_Time: 'start_time', Updated_At: 'updated_at' },
  }),
  read('interface-list alpha', '/servers/{alpha}/os-interface', 'interfaceAttachments', {
    ...{ 'Port State': 'port_state', 'Port ID': 'port_id', 'Net ID': 'net_id', 'MAC Addr': 'mac_addr' },
    ...{ 'IP addresses': (one: Found) => (one.fixed_ips as readonly Found[]).map((ip) => ip.ip_address).join(', ') },
  }),
  read('list-secgroup alpha', '/servers/{alpha}/os-security-groups', 'security_groups', {
    ...{ Id: 'id', Name: 'name', Description: 'description' },
  }),
  read('hypervisor-servers cell-1-sim', '/servers/detail', 'servers', {
    ...{ ID: 'id', 'Hypervisor Hostname': 'OS-EXT-SRV-ATTR:hypervisor_hostname' },
  }),
  read('instance-usage-audit-log', '/os-instance_usage_audit_log', 'instance_usage_audit_logs', {
    ...same('num_hosts', 'num_hosts_done', 'num_hosts_not_run', 'overall_status', 'period_beginning', 'period_ending'),
  }),
  read('keypair-list', '/os-keypairs', 'keypairs', {
    ...{ Name: (one: Found) => (one.keypair as Found).name, Type: (one: Found) => (one.keypair as Found).type },
    ...{ Fingerprint: (one: Found) => (one.keypair as Found).fingerprint },
  }),
  read('server-group-list', '/os-server-groups', 'server_groups', {
    ...{ Id: 'id', Name: 'name', Policy: 'policy', 'Project Id': 'project_id', 'User Id': 'user_id' },
  }),
  read('aggregate-list', '/os-aggregates', 'aggregates', {
    ...{ Id: 'id', Name: 'name', 'Availability Zone': 'availability_zone', UUID: 'uuid' },
  }),
  read('quota-show', '/os-quota-sets/{project}', 'quota_set', same(...LIMITS)),
];

/** When NOVA_MOVES have run. */
export const MIGRATION_READS: readonly ReadCommand[] = [
  read('migration-list', '/os-migrations', 'migrations', {
    ...{ Id: 'id', UUID: 'uuid', 'Source Compute': 'source_compute', 'Dest Compute': 'dest_compute' },
    ...{ Status: 'status', 'Instance UUID': 'instance_uuid', Type: 'migration_type' },
    ...{ 'Project ID': 'project_id', 'User ID': 'user_id' },
  }),
  read('migration-list --migration-type evacuation', '/os-migrations?migration_type=evacuation', 'migrations', {
    ...{ Id: 'id', Status: 'status', 'Source Compute': 'source_compute', 'Dest Compute': 'dest_compute' },
  }),
];
