import { lacks, shows, type WriteCommand } from './write-command.ts';

const FLAVORS = '/compute/v2.1/flavors/detail?is_public=none';
const ACCESS = '/compute/v2.1/flavors/hidden/os-flavor-access';
const SPECS = '/compute/v2.1/flavors/odd/os-extra_specs';
const AGGREGATES = '/compute/v2.1/os-aggregates';
const SERVICES = '/compute/v2.1/os-services?binary=nova-compute';
const GROUPS = '/compute/v2.1/os-server-groups';
const KEYS = '/compute/v2.1/os-keypairs';
const QUOTA = '/compute/v2.1/os-quota-sets/{project}';
const CLASS = '/compute/v2.1/os-quota-class-sets/default';
const TAGS = '/compute/v2.1/servers/{beta}/tags';
const SERVERS = '/compute/v2.1/servers/detail';

/** Of the nova client, as administrator, when there are the servers alpha and beta. They leave what NOVA_READS list. */
export const NOVA_WRITES: readonly WriteCommand[] = [
  shows('flavor-create odd odd 256 1 1', FLAVORS, /"name":"odd"/),
  shows('flavor-create --is-public false hidden hidden 64 1 1', FLAVORS, /"name":"hidden"/),
  shows('flavor-update odd uneven', FLAVORS, /"description":"uneven"/),
  shows('flavor-key odd set trait:CUSTOM_X=required', SPECS, /"trait:CUSTOM_X":"required"/),
  lacks('flavor-key odd unset trait:CUSTOM_X', SPECS, /CUSTOM_X/),
  shows('flavor-access-add hidden {project}', ACCESS, /"tenant_id":"[0-9a-f]{32}"/),
  lacks('flavor-access-remove hidden {project}', ACCESS, /"tenant_id"/),
  lacks('flavor-delete hidden', FLAVORS, /"hidden"/),
  shows('keypair-add lock', KEYS, /"name":"lock"/),
  shows('server-group-create near affinity', GROUPS, /"name":"near"/),
  shows('aggregate-create fast east', AGGREGATES, /"name":"fast"/),
  shows('aggregate-update fast --name quick', AGGREGATES, /"name":"quick"/),
  shows('aggregate-set-metadata quick ssd=true', AGGREGATES, /"ssd":"true"/),
  shows('aggregate-create spare', AGGREGATES, /"name":"spare"/),
  shows('aggregate-add-host spare cell-1-sim-002', AGGREGATES, /"hosts":\["cell-1-sim-002"\]/),
  lacks('aggregate-remove-host spare cell-1-sim-002', AGGREGATES, /cell-1-sim-002/),
  lacks('aggregate-delete spare', AGGREGATES, /"spare"/),
  shows('service-disable --reason repair {service}', SERVICES, /"disabled_reason":"repair"/),
  lacks('service-enable {service}', SERVICES, /"status":"disabled"/),
  shows('service-force-down {service}', SERVICES, /"forced_down":true/),
  lacks('service-force-down --unset {service}', SERVICES, /"forced_down":true/),
  shows('quota-update --instances 77 {project}', QUOTA, /"instances":77/),
  lacks('quota-delete --tenant {project}', QUOTA, /"instances":77/),
  shows('quota-class-update --key-pairs 99 default', CLASS, /"key_pairs":99/),
  shows('server-tag-add beta red blue', TAGS, /"red"/),
  lacks('server-tag-delete beta red', TAGS, /"red"/),
  shows('server-tag-set beta green', TAGS, /\["green"\]/),
  lacks('server-tag-delete-all beta', TAGS, /"green"/),
  shows('update --name gamma beta', SERVERS, /"name":"gamma"/),
  shows('update --description third gamma', SERVERS, /"description":"third"/),
  shows('meta gamma set shape=round', SERVERS, /"shape":"round"/),
  lacks('meta gamma delete shape', SERVERS, /"shape"/),
  shows('reset-state gamma', SERVERS, /"status":"ERROR"/),
  lacks('reset-state --active gamma', SERVERS, /"status":"ERROR"/),
];

const MIGRATIONS = '/compute/v2.1/os-migrations?migration_type=';

/** The server gamma goes from host to host, also from one that is down, and is deleted and restored. */
export const NOVA_MOVES: readonly WriteCommand[] = [
  shows('live-migration gamma', `${MIGRATIONS}live-migration`, /"status":"completed"/),
  shows('migrate gamma', SERVERS, /"status":"VERIFY_RESIZE"/),
  lacks('resize-confirm gamma', SERVERS, /"status":"VERIFY_RESIZE"/),
  shows('service-force-down {service:gamma}', SERVICES, /"forced_down":true/),
  shows('host-evacuate {host:gamma}', `${SERVERS}?host={other-host:gamma}&status=ACTIVE`, /"name":"gamma"/),
  lacks('service-force-down --unset {service:down}', SERVICES, /"forced_down":true/),
  lacks('delete gamma', SERVERS, /"gamma"/),
  shows('restore gamma', SERVERS, /"name":"gamma"/),
  lacks('force-delete gamma', SERVERS, /"gamma"/),
];

/** They remove what NOVA_READS listed. */
export const NOVA_ENDS: readonly WriteCommand[] = [
  lacks('keypair-delete lock', KEYS, /"lock"/),
  lacks('server-group-delete {group}', GROUPS, /"near"/),
  lacks('aggregate-delete quick', AGGREGATES, /"quick"/),
];
