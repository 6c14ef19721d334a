import { lacks, shows, type WriteCommand } from './write-command.ts';

const NET = '/network/v2.0';
const about = (plural: string) => (run: string, name: string, text: RegExp) =>
  shows(run, `${NET}/${plural}?name=${name}`, text);
const ADDRESSES = `${NET}/floatingips`;
const floating = (run: string, text: RegExp): WriteCommand => shows(run, ADDRESSES, text);
const unfloating = (run: string, text: RegExp): WriteCommand => lacks(run, ADDRESSES, text);

/** Floating addresses, of the openstack client as administrator; they leave what NETWORK_READS list. */
export const FLOATING_WRITES: readonly WriteCommand[] = [
  about('networks')('network create --external sky', 'sky', /"router:external":true/),
  about('subnets')('subnet create --network sky --subnet-range 198.51.100.0/24 clouds', 'clouds', /198\.51\.100/),
  about('networks')('network create ground', 'ground', /"name":"ground"/),
  about('subnets')('subnet create --network ground --subnet-range 10.93.0.0/24 fields', 'fields', /10\.93\.0/),
  about('routers')('router create --external-gateway sky ladder', 'ladder', /"external_fixed_ips":\[\{/),
  shows('router add subnet ladder fields', `${NET}/ports?device_owner=network:router_interface`, /"10\.93\.0\.1"/),
  about('ports')('port create --network ground --fixed-ip ip-address=10.93.0.7 barn', 'barn', /"10\.93\.0\.7"/),
  about('ports')('port create --network ground --fixed-ip ip-address=10.93.0.8 shed', 'shed', /"10\.93\.0\.8"/),

  floating('floating ip create --floating-ip-address 198.51.100.50 --description first sky', /"198\.51\.100\.50"/),
  floating(
    'floating ip create --subnet clouds --floating-ip-address 198.51.100.51 --port barn --fixed-ip-address 10.93.0.7 --tag red sky',
    /"fixed_ip_address":"10\.93\.0\.7"/,
  ),
  floating('floating ip create --project demo --floating-ip-address 198.51.100.52 sky', /"198\.51\.100\.52"/),
  floating('floating ip set --tag blue 198.51.100.51', /"blue"/),
  unfloating('floating ip unset --tag blue 198.51.100.51', /"blue"/),
  unfloating('floating ip unset --port 198.51.100.51', /"10\.93\.0\.7"/),
  floating(
    'floating ip set --port shed --fixed-ip-address 10.93.0.8 198.51.100.51',
    /"fixed_ip_address":"10\.93\.0\.8"/,
  ),
  floating(
    'floating ip port forwarding create --internal-ip-address 10.93.0.7 --port barn --internal-protocol-port 80 --external-protocol-port 8080 --protocol tcp --description web 198.51.100.50',
    /"external_port":8080/,
  ),
  unfloating('floating ip delete 198.51.100.52', /"198\.51\.100\.52"/),
  shows('quota set --floating-ips 37 demo', `${NET}/quotas/{project:demo}`, /"floatingip":37\b/),
];

/** They remove what FLOATING_WRITES left. */
export const FLOATING_ENDS: readonly WriteCommand[] = [
  floating(
    'floating ip port forwarding set --external-protocol-port 8081 --description other 198.51.100.50 {forwarding:web}',
    /"external_port":8081/,
  ),
  unfloating('floating ip port forwarding delete 198.51.100.50 {forwarding:other}', /"external_port":8081/),
  unfloating('floating ip delete 198.51.100.50 198.51.100.51', /"198\.51\.100\.5[01]"/),
  lacks('router remove subnet ladder fields', `${NET}/ports`, /"10\.93\.0\.1"/),
  lacks('router delete ladder', `${NET}/routers`, /"ladder"/),
  lacks('port delete barn shed', `${NET}/ports`, /"name":"(?:barn|shed)"/),
  lacks('network delete ground sky', `${NET}/networks`, /"name":"(?:ground|sky)"/),
];
