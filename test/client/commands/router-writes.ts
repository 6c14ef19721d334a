import { lacks, shows, type WriteCommand } from './write-command.ts';

const NET = '/network/v2.0';
const about = (plural: string) => (run: string, name: string, text: RegExp) =>
  shows(run, `${NET}/${plural}?name=${name}`, text);
const router = about('routers');
const withoutRoute = (run: string, text: RegExp) => lacks(run, `${NET}/routers?name=hub`, text);
const interfaces = `${NET}/ports?device_owner=network:router_interface`;
const WEST = 'destination=10.90.0.0/16,gateway=10.92.0.9';
const EAST = 'destination=10.91.0.0/16,gateway=10.92.0.9';

/** Routers, of the openstack client as administrator; they leave what NETWORK_READS list. */
export const ROUTER_WRITES: readonly WriteCommand[] = [
  about('networks')('network create alley', 'alley', /"name":"alley"/),
  about('subnets')('subnet create --network alley --subnet-range 10.92.0.0/24 houses', 'houses', /"10\.92\.0\.0\/24"/),
  about('ports')('port create --network alley --fixed-ip ip-address=10.92.0.7 corner', 'corner', /"10\.92\.0\.7"/),
  about('networks')('network create --external street', 'street', /"router:external":true/),
  about('subnets')('subnet create --network street --subnet-range 203.0.113.0/24 doors', 'doors', /203\.0\.113/),

  router('router create --description middle --disable --tag red hub', 'hub', /(?=.*"tags":\["red"\])(?=.*"middle")/),
  router('router create --distributed --no-ha --project demo theirs', 'theirs', /"distributed":true/),
  router(
    'router create --external-gateway street --fixed-ip subnet=doors,ip-address=203.0.113.9 --disable-snat gate',
    'gate',
    /(?=.*"203\.0\.113\.9")(?=.*"enable_snat":false)/,
  ),
  router('router set --enable hub', 'hub', /"admin_state_up":true/),
  router('router set --disable hub', 'hub', /"admin_state_up":false/),
  router('router set --description crossing hub', 'hub', /"description":"crossing"/),
  router('router set --tag blue hub', 'hub', /"blue"/),
  router('router unset --tag blue hub', 'hub', /"tags":\["red"\]/),
  router('router set --external-gateway street hub', 'hub', /"external_fixed_ips":\[\{/),
  router('router set --external-gateway street --disable-snat hub', 'hub', /"enable_snat":false/),
  router('router unset --external-gateway hub', 'hub', /"external_gateway_info":null/),
  shows('router add subnet hub houses', interfaces, /"ip_address":"10\.92\.0\.1"/),
  lacks('router remove subnet hub houses', interfaces, /"10\.92\.0\.1"/),
  shows('router add port hub corner', interfaces, /"ip_address":"10\.92\.0\.7"/),
  router(
    `router add route --route ${WEST} --route ${EAST} hub`,
    'hub',
    /(?=.*"10\.90\.0\.0\/16")(?=.*"10\.91\.0\.0\/16")/,
  ),
  withoutRoute(`router remove route --route ${WEST} hub`, /"10\.90\.0\.0\/16"/),
  router(`router set --route ${WEST} hub`, 'hub', /"10\.90\.0\.0\/16"/),
  withoutRoute(`router unset --route ${EAST} hub`, /"10\.91\.0\.0\/16"/),
  router('router set --no-route hub', 'hub', /"routes":\[\]/),
  router('router set --name arch gate', 'arch', /"name":"arch"/),
  lacks('router delete arch', `${NET}/routers`, /"arch"/),
  shows('quota set --routers 36 demo', `${NET}/quotas/{project:demo}`, /"router":36\b/),
];

/** They remove what ROUTER_WRITES left. */
export const ROUTER_ENDS: readonly WriteCommand[] = [
  lacks('router remove port hub corner', interfaces, /"10\.92\.0\.7"/),
  lacks('router delete hub theirs', `${NET}/routers`, /"name":"(?:hub|theirs)"/),
  lacks('network delete alley street', `${NET}/networks`, /"name":"(?:alley|street)"/),
];
