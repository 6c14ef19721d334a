import { lacks, shows, type WriteCommand } from './write-command.ts';

const NET = '/network/v2.0';
const about = (plural: string) => (run: string, name: string, text: RegExp) =>
  shows(run, `${NET}/${plural}?name=${name}`, text);
const trunk = about('trunks');
const port = (name: string) => about('ports')(`port create --network rails ${name}`, name, /"device_owner":""/);
const tagged = (name: string, id: number) => `--subport port=${name},segmentation-type=vlan,segmentation-id=${id}`;
const cable = (run: string, text: RegExp) => trunk(run, 'cable', text);

/** Trunks, of the openstack client as administrator; they leave what NETWORK_READS list. */
export const TRUNK_WRITES: readonly WriteCommand[] = [
  about('networks')('network create rails', 'rails', /"name":"rails"/),
  ...['engine', 'first', 'second', 'third', 'spare'].map(port),
  cable(
    `network trunk create --parent-port engine ${tagged('first', 11)} --description long --disable cable`,
    /(?=.*"segmentation_id":11)(?=.*"admin_state_up":false)(?=.*"long")/,
  ),
  cable('network trunk set --enable cable', /"admin_state_up":true/),
  cable(
    `network trunk set ${tagged('second', 12)} ${tagged('third', 13)} cable`,
    /(?=.*"segmentation_id":12)(?=.*"segmentation_id":13)/,
  ),
  lacks(
    'network trunk unset --subport second --subport third cable',
    `${NET}/trunks?name=cable`,
    /"segmentation_id":1[23]/,
  ),
  cable('network trunk set --description short cable', /"description":"short"/),
  cable(`network trunk set ${tagged('second', 14)} cable`, /"segmentation_id":14/),
  trunk(
    'network trunk create --parent-port spare --enable wire',
    'wire',
    /(?=.*"sub_ports":\[\])(?=.*"admin_state_up":true)/,
  ),
  trunk('network trunk set --name string wire', 'string', /"name":"string"/),
  trunk('network trunk set --disable string', 'string', /"admin_state_up":false/),
  trunk('network trunk set --enable string', 'string', /"admin_state_up":true/),
  lacks('network trunk delete string', `${NET}/trunks`, /"string"/),
];

/** They remove what TRUNK_WRITES left. */
export const TRUNK_ENDS: readonly WriteCommand[] = [
  lacks('network trunk delete cable', `${NET}/trunks`, /"cable"/),
  lacks('port delete engine first second third spare', `${NET}/ports`, /"name":"(?:engine|first|second|third|spare)"/),
  lacks('network delete rails', `${NET}/networks`, /"rails"/),
];
