import { FLOATING_ENDS, FLOATING_WRITES } from './floating-writes.ts';
import { QOS_ENDS, QOS_WRITES } from './qos-writes.ts';
import { ROUTER_ENDS, ROUTER_WRITES } from './router-writes.ts';
import { GROUP_SHARING, SHARING_ENDS, SHARING_WRITES } from './sharing-writes.ts';
import { TRUNK_ENDS, TRUNK_WRITES } from './trunk-writes.ts';
import { lacks, shows, type WriteCommand } from './write-command.ts';

const NET = '/network/v2.0';

/** About the one that has the name then. */
const about =
  (plural: string, make: typeof shows) =>
  (run: string, name: string, text: RegExp): WriteCommand =>
    make(run, `${NET}/${plural}?name=${name}`, text);
const network = about('networks', shows);
const subnet = about('subnets', shows);
const port = about('ports', shows);
const group = about('security-groups', shows);
const pool = about('subnetpools', shows);
const addresses = about('address-groups', shows);
const ruleOf = (run: string, text: RegExp): WriteCommand =>
  shows(run, `${NET}/security-group-rules?security_group_id={group:wall}`, text);
const quota = (run: string, text: RegExp): WriteCommand => shows(run, `${NET}/quotas/{project:demo}`, text);

const NETWORKS: readonly WriteCommand[] = [
  network('network create --description outside --disable outer', 'outer', /"description":"outside"/),
  network('network create --share --provider-network-type vxlan --provider-segment 4711 tunnel', 'tunnel', /:4711/),
  network('network create --external --no-share --project demo theirs', 'theirs', /"router:external":true/),
  network('network create --internal --enable --enable-port-security --mtu 1400 plain', 'plain', /"mtu":1400/),
  network('network set --enable outer', 'outer', /"admin_state_up":true/),
  network('network set --disable outer', 'outer', /"admin_state_up":false/),
  network('network set --description farther outer', 'outer', /"description":"farther"/),
  network('network set --share outer', 'outer', /"shared":true/),
  network('network set --no-share outer', 'outer', /"shared":false/),
  network('network set --external outer', 'outer', /"router:external":true/),
  network('network set --internal outer', 'outer', /"router:external":false/),
  network('network set --dns-domain example.org. plain', 'plain', /"dns_domain":"example\.org\."/),
  network('network set --name level plain', 'level', /"name":"level"/),
  lacks('network delete level', `${NET}/networks`, /"level"/),
];

const FIRST_POOL = 'start=10.98.0.10,end=10.98.0.99';
const SECOND_POOL = 'start=10.98.0.110,end=10.98.0.199';
const ROUTE = 'destination=10.97.0.0/16,gateway=10.98.0.7';

const SUBNETS: readonly WriteCommand[] = [
  subnet(
    `subnet create --network outer --subnet-range 10.98.0.0/24 --gateway 10.98.0.254 --allocation-pool ${FIRST_POOL} --dns-nameserver 10.98.0.53 --host-route ${ROUTE} --no-dhcp --description walled yard`,
    'yard',
    /(?=.*"gateway_ip":"10\.98\.0\.254")(?=.*"enable_dhcp":false)(?=.*"nexthop":"10\.98\.0\.7")/,
  ),
  subnet(
    'subnet create --network outer --ip-version 6 --subnet-range fd00:98::/64 --gateway none six',
    'six',
    /"gateway_ip":null/,
  ),
  subnet('subnet set --dhcp yard', 'yard', /"enable_dhcp":true/),
  subnet('subnet set --no-dhcp yard', 'yard', /"enable_dhcp":false/),
  subnet('subnet set --description open yard', 'yard', /"description":"open"/),
  subnet('subnet set --gateway 10.98.0.253 yard', 'yard', /"gateway_ip":"10\.98\.0\.253"/),
  subnet('subnet set --gateway none yard', 'yard', /"gateway_ip":null/),
  subnet('subnet set --dns-nameserver 10.98.0.54 yard', 'yard', /"10\.98\.0\.54"/),
  subnet('subnet unset --dns-nameserver 10.98.0.53 yard', 'yard', /"dns_nameservers":\["10\.98\.0\.54"\]/),
  subnet('subnet set --no-dns-nameservers yard', 'yard', /"dns_nameservers":\[\]/),
  subnet('subnet unset --host-route destination=10.97.0.0/16,gateway=10.98.0.7 yard', 'yard', /"host_routes":\[\]/),
  subnet('subnet set --host-route destination=10.96.0.0/16,gateway=10.98.0.8 yard', 'yard', /"nexthop":"10\.98\.0\.8"/),
  subnet('subnet set --no-host-route yard', 'yard', /"host_routes":\[\]/),
  subnet(`subnet set --allocation-pool ${SECOND_POOL} yard`, 'yard', /"end":"10\.98\.0\.199"/),
  lacks(`subnet unset --allocation-pool ${SECOND_POOL} yard`, `${NET}/subnets?name=yard`, /"end":"10\.98\.0\.199"/),
  subnet(
    'subnet set --no-allocation-pool --allocation-pool start=10.98.0.20,end=10.98.0.120 yard',
    'yard',
    /"allocation_pools":\[\{"start":"10\.98\.0\.20","end":"10\.98\.0\.120"\}\]/,
  ),
  subnet('subnet set --name garden yard', 'garden', /"name":"garden"/),
];

const PORTS: readonly WriteCommand[] = [
  port(
    'port create --network outer --fixed-ip subnet=garden,ip-address=10.98.0.30 --mac-address fa:16:3e:00:98:01 --description oak --device of-mine --device-owner my:own --disable gate',
    'gate',
    /(?=.*"ip_address":"10\.98\.0\.30")(?=.*"mac_address":"fa:16:3e:00:98:01")(?=.*"device_owner":"my:own")/,
  ),
  port('port create --network outer --no-fixed-ip bare', 'bare', /"fixed_ips":\[\]/),
  port('port create --network outer --no-security-group open', 'open', /"security_groups":\[\]/),
  port('port create --network outer --security-group wall shut', 'shut', /"security_groups":\["[0-9a-f-]{36}"\]/),
  port('port create --network outer --vnic-type normal --dns-name web --enable named', 'named', /"dns_name":"web"/),
  port('port set --enable gate', 'gate', /"admin_state_up":true/),
  port('port set --disable gate', 'gate', /"admin_state_up":false/),
  port('port set --description ash gate', 'gate', /"description":"ash"/),
  port('port set --device of-yours gate', 'gate', /"device_id":"of-yours"/),
  port('port set --device-owner your:own gate', 'gate', /"device_owner":"your:own"/),
  port('port set --mac-address fa:16:3e:00:98:02 gate', 'gate', /"mac_address":"fa:16:3e:00:98:02"/),
  port('port set --fixed-ip subnet=garden,ip-address=10.98.0.31 gate', 'gate', /"ip_address":"10\.98\.0\.31"/),
  lacks(
    'port unset --fixed-ip subnet=garden,ip-address=10.98.0.30 gate',
    `${NET}/ports?name=gate`,
    /"ip_address":"10\.98\.0\.30"/,
  ),
  port('port set --no-fixed-ip gate', 'gate', /"fixed_ips":\[\]/),
  port(
    'port set --no-fixed-ip --fixed-ip subnet=garden,ip-address=10.98.0.32 gate',
    'gate',
    /"ip_address":"10\.98\.0\.32"/,
  ),
  port('port set --security-group wall open', 'open', /"security_groups":\["[0-9a-f-]{36}"\]/),
  port('port unset --security-group wall open', 'open', /"security_groups":\[\]/),
  port('port set --no-security-group shut', 'shut', /"security_groups":\[\]/),
  port('port set --disable-port-security shut', 'shut', /"port_security_enabled":false/),
  port('port set --enable-port-security shut', 'shut', /"port_security_enabled":true/),
  port('port create --network outer --no-security-group --disable-port-security loose', 'loose', /enabled":false/),
  port(
    'port set --allowed-address ip-address=10.98.0.77,mac-address=fa:16:3e:00:98:77 named',
    'named',
    /"ip_address":"10\.98\.0\.77","mac_address":"fa:16:3e:00:98:77"|"mac_address":"fa:16:3e:00:98:77","ip_address":"10\.98\.0\.77"/,
  ),
  port(
    'port unset --allowed-address ip-address=10.98.0.77,mac-address=fa:16:3e:00:98:77 named',
    'named',
    /"allowed_address_pairs":\[\]/,
  ),
  port('port set --allowed-address ip-address=10.98.0.0/28 named', 'named', /"10\.98\.0\.0\/28"/),
  port('port set --no-allowed-address named', 'named', /"allowed_address_pairs":\[\]/),
  port(
    'port create --network outer --extra-dhcp-option name=ntp-server,value=10.98.0.123,ip-version=4 timed',
    'timed',
    /"opt_name":"ntp-server"/,
  ),
  port('port set --dns-name mail named', 'named', /"dns_name":"mail"/),
  port('port set --name entry named', 'entry', /"name":"entry"/),
  lacks('port delete entry timed', `${NET}/ports`, /"name":"(entry|timed)"/),
];

const GROUPS: readonly WriteCommand[] = [
  group('security group create --description stone fence', 'fence', /"description":"stone"/),
  group('security group create --stateful wall', 'wall', /"stateful":true/),
  group('security group set --description high wall', 'wall', /"description":"high"/),
  group('security group set --name hedge fence', 'hedge', /"name":"hedge"/),
  lacks('security group delete hedge', `${NET}/security-groups`, /"hedge"/),
  ruleOf('security group rule create --protocol tcp --dst-port 22 --description door wall', /"description":"door"/),
  ruleOf('security group rule create --protocol udp --dst-port 5000:5010 wall', /"port_range_max":5010/),
  ruleOf(
    'security group rule create --ingress --protocol icmp --icmp-type 8 --icmp-code 0 --description ping wall',
    /(?=.*"protocol":"icmp")(?=.*"port_range_min":8)/,
  ),
  ruleOf(
    'security group rule create --egress --ethertype IPv6 --protocol tcp --remote-ip fd00:97::/64 wall',
    /"remote_ip_prefix":"fd00:97::\/64"/,
  ),
  ruleOf('security group rule create --protocol tcp --remote-group wall wall', /"remote_group_id":"[0-9a-f-]{36}"/),
  ruleOf('security group rule create --protocol 47 --remote-ip 10.96.0.0/16 wall', /"protocol":"47"|"protocol":"gre"/),
  lacks(
    'security group rule delete {rule:door}',
    `${NET}/security-group-rules?security_group_id={group:wall}`,
    /"description":"door"/,
  ),
];

const TAGS: readonly WriteCommand[] = [
  network('network set --tag red --tag blue outer', 'outer', /"tags":\["blue","red"\]|"tags":\["red","blue"\]/),
  lacks('network unset --tag red outer', `${NET}/networks?name=outer`, /"red"/),
  subnet('subnet set --tag red garden', 'garden', /"tags":\["red"\]/),
  port('port set --tag red gate', 'gate', /"tags":\["red"\]/),
  group('security group set --tag red wall', 'wall', /"tags":\["red"\]/),
  lacks('security group unset --all-tag wall', `${NET}/security-groups?name=wall`, /"red"/),
];

const POOLS: readonly WriteCommand[] = [
  pool('subnet pool create --pool-prefix 10.95.0.0/16 --default-prefix-length 24 lake', 'lake', /_prefixlen":24/),
  pool('subnet pool set --description deep lake', 'lake', /"description":"deep"/),
  pool('subnet pool set --max-prefix-length 28 lake', 'lake', /"max_prefixlen":28/),
  subnet('subnet create --network tunnel --subnet-pool lake --prefix-length 26 pond', 'pond', /"10\.95\.0\.0\/26"/),
  subnet('subnet create --network tunnel --subnet-pool lake pool', 'pool', /"cidr":"10\.95\.\d+\.0\/24"/),
  lacks('subnet delete pond', `${NET}/subnets`, /"pond"/),
  lacks('subnet delete pool', `${NET}/subnets`, /"name":"pool"/),
  pool('subnet pool set --name sea lake', 'sea', /"name":"sea"/),
  lacks('subnet pool delete sea', `${NET}/subnetpools`, /"sea"/),
];

const ADDRESSES: readonly WriteCommand[] = [
  addresses('address group create --address 10.94.0.1/32 --description kin friends', 'friends', /"10\.94\.0\.1\/32"/),
  addresses('address group set --address 10.94.0.2/32 friends', 'friends', /"10\.94\.0\.2\/32"/),
  addresses('address group set --description near friends', 'friends', /"description":"near"/),
  lacks('address group unset --address 10.94.0.1/32 friends', `${NET}/address-groups`, /10\.94\.0\.1\//),
  ruleOf(
    'security group rule create --protocol tcp --remote-address-group friends wall',
    /address_group_id":"[0-9a-f]/,
  ),
  addresses('address group create rivals', 'rivals', /"addresses":\[\]/),
  lacks('address group delete rivals', `${NET}/address-groups`, /"rivals"/),
];

const QUOTAS: readonly WriteCommand[] = [
  quota('quota set --networks 31 demo', /"network":31\b/),
  quota('quota set --subnets 32 demo', /"subnet":32\b/),
  quota('quota set --ports 33 demo', /"port":33\b/),
  quota('quota set --secgroups 34 demo', /"security_group":34\b/),
  quota('quota set --secgroup-rules 35 demo', /"security_group_rule":35\b/),
];

/** Of the openstack client, as administrator. They leave what NETWORK_READS list. */
export const NETWORK_WRITES: readonly WriteCommand[] = [
  ...[...GROUPS, ...NETWORKS, ...SUBNETS, ...PORTS],
  ...[...TAGS, ...POOLS, ...ADDRESSES, ...QUOTAS, ...ROUTER_WRITES, ...FLOATING_WRITES],
  ...SHARING_WRITES,
  ...[...GROUP_SHARING, ...QOS_WRITES, ...TRUNK_WRITES],
];

/** They remove what NETWORK_READS listed. */
export const NETWORK_ENDS: readonly WriteCommand[] = [
  ...TRUNK_ENDS,
  ...SHARING_ENDS,
  ...QOS_ENDS,
  ...FLOATING_ENDS,
  ...ROUTER_ENDS,
  lacks('port delete gate bare open shut loose', `${NET}/ports`, /"name":"(?:gate|bare|open|shut|loose)"/),
  lacks('subnet delete garden six', `${NET}/subnets`, /"name":"(?:garden|six)"/),
  lacks('network delete outer tunnel theirs', `${NET}/networks`, /"name":"(?:outer|tunnel|theirs)"/),
  lacks('security group delete wall', `${NET}/security-groups`, /"name":"wall"/),
];
