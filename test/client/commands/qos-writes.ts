import { lacks, shows, type WriteCommand } from './write-command.ts';

const NET = '/network/v2.0';
const policy = (run: string, name: string, text: RegExp): WriteCommand =>
  shows(run, `${NET}/qos/policies?name=${name}`, text);

/** Of the openstack client, as administrator: QoS policies, their rules, and the ports and networks that have one. */
export const QOS_WRITES: readonly WriteCommand[] = [
  policy('network qos policy create --share --description fast gold', 'gold', /(?=.*"shared":true)(?=.*"fast")/),
  policy('network qos policy set --no-share --description slow gold', 'gold', /(?=.*"shared":false)(?=.*"slow")/),
  policy('network qos policy create --project demo --default bronze', 'bronze', /"is_default":true/),
  policy('network qos policy set --no-default --name tin bronze', 'tin', /"is_default":false/),
  policy(
    'network qos rule create --type bandwidth-limit --max-kbps 9000 --max-burst-kbits 900 --egress gold',
    'gold',
    /(?=.*"max_kbps":9000)(?=.*"max_burst_kbps":900)(?=.*"direction":"egress")/,
  ),
  policy('network qos rule create --type bandwidth-limit --max-kbps 7000 --ingress gold', 'gold', /"max_kbps":7000/),
  policy('network qos rule create --type dscp-marking --dscp-mark 26 gold', 'gold', /"dscp_mark":26/),
  policy('network qos rule set --max-kbps 8000 gold {limit:egress}', 'gold', /"max_kbps":8000/),
  shows('network create --qos-policy gold toll', `${NET}/networks?name=toll`, /"qos_policy_id":"[0-9a-f-]{36}"/),
  shows('network set --no-qos-policy toll', `${NET}/networks?name=toll`, /"qos_policy_id":null/),
  shows('network set --qos-policy gold toll', `${NET}/networks?name=toll`, /"qos_policy_id":"[0-9a-f-]{36}"/),
  shows(
    'port create --network toll --qos-policy gold booth',
    `${NET}/ports?name=booth`,
    /(?=.*"qos_policy_id":"[0-9a-f-]{36}")(?=.*"qos_network_policy_id":"[0-9a-f-]{36}")/,
  ),
  shows('port unset --qos-policy booth', `${NET}/ports?name=booth`, /"qos_policy_id":null/),
  shows('port set --qos-policy gold booth', `${NET}/ports?name=booth`, /"qos_policy_id":"[0-9a-f-]{36}"/),
];

/** They remove what was left to be listed. */
export const QOS_ENDS: readonly WriteCommand[] = [
  lacks('network qos rule delete gold {limit:ingress}', `${NET}/qos/policies?name=gold`, /"ingress"/),
  lacks('port delete booth', `${NET}/ports`, /"booth"/),
  lacks('network delete toll', `${NET}/networks`, /"toll"/),
  lacks('network qos policy delete gold tin', `${NET}/qos/policies`, /"(?:gold|tin)"/),
];
