import { lacks, shows, type WriteCommand } from './write-command.ts';

const SERVERS = '/compute/v2.1/servers/detail?all_tenants=1';
const NETWORKS = '/network/v2.0/networks';
const SUBNETS = '/network/v2.0/subnets';
const PORTS = '/network/v2.0/ports';
const ROUTERS = '/network/v2.0/routers';
const FLOATING = '/network/v2.0/floatingips';
const GROUPS = '/network/v2.0/security-groups';
const IMAGES = '/image/v2/images';
const PROJECTS = '/identity/v3/projects';
const USERS = '/identity/v3/users';
const FLAVORS = '/compute/v2.1/flavors/detail?is_public=none';
const AGGREGATES = '/compute/v2.1/os-aggregates';
const SERVER_GROUPS = '/compute/v2.1/os-server-groups';

/** In order; the first makes the server of the others. */
export const OPENSTACK_WRITES: readonly WriteCommand[] = [
  shows('server create --flavor m1.nano --image volvox-guest --network private alpha', SERVERS, /"status":"ACTIVE"/),
  shows('server set --property colour=blue alpha', SERVERS, /"colour":"blue"/),
  lacks('server unset --property colour alpha', SERVERS, /colour/),
  shows('server set --name beta alpha', SERVERS, /"name":"beta"/),
  shows('server set --name alpha beta', SERVERS, /"name":"alpha"/),
  shows('server pause alpha', SERVERS, /"status":"PAUSED"/),
  shows('server unpause alpha', SERVERS, /"status":"ACTIVE"/),
  shows('server suspend alpha', SERVERS, /"status":"SUSPENDED"/),
  shows('server resume alpha', SERVERS, /"status":"ACTIVE"/),
  shows('server stop alpha', SERVERS, /"status":"SHUTOFF"/),
  shows('server start alpha', SERVERS, /"status":"ACTIVE"/),
  shows('server rescue alpha', SERVERS, /"status":"RESCUE"/),
  shows('server unrescue alpha', SERVERS, /"status":"ACTIVE"/),
  shows(
    'server image create --name shot alpha',
    IMAGES,
    /"name":"shot"[^}]*"status":"active"|"status":"active"[^}]*"name":"shot"/,
  ),
  shows('server backup create --name daily --type daily --rotate 1 alpha', IMAGES, /"name":"daily"/),
  shows('server resize --flavor m1.tiny alpha', SERVERS, /"status":"VERIFY_RESIZE"/),
  shows('server resize revert alpha', SERVERS, /"status":"ACTIVE"/),
  shows('security group create wall', GROUPS, /"name":"wall"/),
  shows('security group set --description high wall', GROUPS, /"description":"high"/),
  shows('security group rule create --protocol tcp --dst-port 2222 wall', GROUPS, /"port_range_min":2222/),
  shows('server add security group alpha wall', SERVERS, /"security_groups":\[[^\]]*"wall"/),
  lacks('server remove security group alpha wall', SERVERS, /"wall"/),
  lacks('security group delete wall', GROUPS, /"wall"/),
  shows('network create inner', NETWORKS, /"name":"inner"/),
  shows('network set --name inside inner', NETWORKS, /"name":"inside"/),
  shows('subnet create --network inside --subnet-range 10.99.0.0/24 low', SUBNETS, /"cidr":"10\.99\.0\.0\/24"/),
  shows('subnet set --name lower low', SUBNETS, /"name":"lower"/),
  shows('port create --network inside door', PORTS, /"name":"door"/),
  shows('port set --name gate door', PORTS, /"name":"gate"/),
  shows('server add port alpha gate', SERVERS, /10\.99\.0\.\d+/),
  lacks('server remove port alpha gate', SERVERS, /10\.99\.0\./),
  shows('server add network alpha inside', SERVERS, /10\.99\.0\.\d+/),
  lacks('server remove network alpha inside', SERVERS, /10\.99\.0\./),
  shows('server add fixed ip alpha inside', SERVERS, /10\.99\.0\.\d+/),
  shows('network create --external sky', NETWORKS, /"name":"sky"/),
  shows('subnet create --network sky --subnet-range 198.51.100.0/24 clouds', SUBNETS, /198\.51\.100/),
  shows('router create --external-gateway sky ladder', ROUTERS, /"name":"ladder"/),
  shows('router add subnet ladder lower', PORTS, /"10\.99\.0\.1"/),
  shows('floating ip create --floating-ip-address 198.51.100.50 sky', FLOATING, /"198\.51\.100\.50"/),
  shows('server add floating ip alpha 198.51.100.50', SERVERS, /"198\.51\.100\.50","OS-EXT-IPS:type":"floating"/),
  lacks('server remove floating ip alpha 198.51.100.50', SERVERS, /198\.51\.100/),
  lacks('floating ip delete 198.51.100.50', FLOATING, /198\.51\.100/),
  lacks('router remove subnet ladder lower', PORTS, /"10\.99\.0\.1"/),
  lacks('router delete ladder', ROUTERS, /"ladder"/),
  lacks('network delete sky', NETWORKS, /"sky"/),
  lacks('server delete alpha', SERVERS, /"alpha"/),
  lacks('port delete gate', PORTS, /"gate"/),
  lacks('subnet delete lower', SUBNETS, /"lower"/),
  lacks('network delete inside', NETWORKS, /"inside"/),
  shows('server group create --policy anti-affinity apart', SERVER_GROUPS, /"name":"apart"/),
  lacks('server group delete apart', SERVER_GROUPS, /"apart"/),
  shows('keypair create lock', '/compute/v2.1/os-keypairs', /"name":"lock"/),
  lacks('keypair delete lock', '/compute/v2.1/os-keypairs', /"lock"/),
  shows('flavor create --id odd --ram 256 --disk 1 --vcpus 1 odd', FLAVORS, /"name":"odd"/),
  shows(
    'flavor set --property trait:X=required odd',
    '/compute/v2.1/flavors/odd/os-extra_specs',
    /"trait:X":"required"/,
  ),
  lacks('flavor unset --property trait:X odd', '/compute/v2.1/flavors/odd/os-extra_specs', /trait/),
  lacks('flavor delete odd', FLAVORS, /"odd"/),
  shows('aggregate create fast', AGGREGATES, /"name":"fast"/),
  shows('aggregate set --property ssd=true fast', AGGREGATES, /"ssd":"true"/),
  lacks('aggregate unset --property ssd fast', AGGREGATES, /"ssd"/),
  shows('aggregate set --zone east fast', AGGREGATES, /"availability_zone":"east"/),
  lacks('aggregate delete fast', AGGREGATES, /"fast"/),
  shows('project create guild', PROJECTS, /"name":"guild"/),
  shows('project set --description craft guild', PROJECTS, /"description":"craft"/),
  shows('user create --project guild --password a-long-password smith', USERS, /"name":"smith"/),
  shows('user set --email smith@example.org smith', USERS, /smith@example\.org/),
  lacks('user delete smith', USERS, /"smith"/),
  lacks('project delete guild', PROJECTS, /"guild"/),
  shows('image set --property purpose=test shot', IMAGES, /"purpose":"test"/),
  lacks('image unset --property purpose shot', IMAGES, /"purpose"/),
  shows('image set --tag kept shot', IMAGES, /"tags":\[[^\]]*"kept"/),
  lacks('image unset --tag kept shot', IMAGES, /"kept"/),
  shows('image set --name picture shot', IMAGES, /"name":"picture"/),
  lacks('image delete picture', IMAGES, /"picture"/),
];
