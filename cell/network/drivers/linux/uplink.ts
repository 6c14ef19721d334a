import { createHash } from 'node:crypto';
import { runCommand, tryCommand } from '../../../agent/run-command.ts';
import { nthAddress, prefixLength } from '../../addresses.ts';
import { NETWORK_END, ROUTER_END } from '../../joined-routers.ts';
import { fingerprint } from '../../names.ts';
import { barred, NO_VXLAN } from './barred.ts';
import { type HostSetup, outsideNamespace, UPLINK, uplinkHostEnd } from './host-setup.ts';
import { runIp } from './ip.ts';
import { rulesIn } from './look-inside.ts';
import { ruleTable, sumOf } from './rule-table.ts';
import { linkLocalEnd } from './transits.ts';

/** The only things outside of the agent's namespaces: the host's end of a pair of devices, and tables of rules about that device. */

type Uplink = NonNullable<HostSetup['uplink']>;

const FORWARDING = '/proc/sys/net/ipv4/ip_forward';

const hostAddress = (uplink: Uplink): string => nthAddress(uplink.cidr, 1);
/** Of the outside namespace. */
export const uplinkAddress = (uplink: Uplink): string => nthAddress(uplink.cidr, 2);
export const ownAddress = (uplink: Uplink): string => `${uplinkAddress(uplink)}/${prefixLength(uplink.cidr)}`;

export async function addUplink(setup: HostSetup, uplink: Uplink): Promise<void> {
  const end = uplinkHostEnd(setup);
  const namespace = outsideNamespace(setup);
  const there = await tryCommand('ip', ['-n', namespace, 'link', 'show', 'dev', UPLINK]);
  if (there.status !== 0) {
    await tryCommand('ip', ['link', 'delete', 'dev', end]);
    await runCommand('ip', ['link', 'add', end, 'type', 'veth', 'peer', 'name', UPLINK, 'netns', namespace]);
  }
  await runCommand('nft', ['-f', '-'], { input: guard(setup) });
  await runCommand('ip', ['address', 'replace', `${hostAddress(uplink)}/${prefixLength(uplink.cidr)}`, 'dev', end]);
  await runCommand('ip', ['link', 'set', 'dev', end, 'up']);
  await runCommand('sh', ['-ec', ipv6End(end)]);
  await runIp(namespace, [
    `address replace ${ownAddress(uplink)} dev ${UPLINK}`,
    ...linkLocalEnd(NETWORK_END, UPLINK),
    `route replace default via ${hostAddress(uplink)} dev ${UPLINK}`,
    `route replace ::/0 via ${ROUTER_END} dev ${UPLINK}`,
  ]);
  if (uplink.masquerade) await masquerade(setup, uplink);
  if (forwardsFor(setup)) await runCommand('sh', ['-ec', `echo 1 > ${FORWARDING}`]);
}

/** On the host's side, which may have no IPv6 at all. */
const ipv6End = (end: string): string => `if [ -e /proc/sys/net/ipv6/conf/${end} ]; then
  echo 0 > /proc/sys/net/ipv6/conf/${end}/disable_ipv6
  echo 0 > /proc/sys/net/ipv6/conf/${end}/accept_ra
  ip address replace ${ROUTER_END}/64 dev ${end} nodad
fi`;

/** The host passes on what comes by the uplink, or what comes for a floating address. */
export const forwardsFor = ({ uplink, announceOn }: HostSetup): boolean =>
  uplink?.masquerade === true || announceOn !== '';

/** Nothing there is no error. */
export async function removeUplink(setup: HostSetup): Promise<void> {
  await tryCommand('ip', ['link', 'delete', 'dev', uplinkHostEnd(setup)]);
  for (const family of ['ip', 'inet']) await tryCommand('nft', ['delete', 'table', family, tableName(setup)]);
}

async function masquerade(setup: HostSetup, uplink: Uplink): Promise<void> {
  const table = tableName(setup);
  const rules = `table ip ${table}
delete table ip ${table}
table ip ${table} {
  chain outgoing {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr ${uplink.cidr} oifname != "${uplinkHostEnd(setup)}" masquerade
  }
}
`;
  await runCommand('nft', ['-f', '-'], { input: rules });
}

/**
 * The wall on the host's side: what comes by the uplink passes through this host and ends nowhere on it. It stands before the host's own
 * translations, so that no published port of the host is reached either. It says nothing about any other device. IPv6 to and from guests
 * takes nothing of the host's table of connections.
 */
const guardChains = (setup: HostSetup): string => {
  const end = uplinkHostEnd(setup);
  return `  chain arriving {
    type filter hook prerouting priority raw - 10; policy accept;
    iifname "${end}" ip6 saddr ${NETWORK_END} icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
    iifname "${end}" meta nfproto ipv6 notrack
    meta nfproto ipv6 fib daddr oifname "${end}" notrack
    iifname "${end}" fib daddr type { local, broadcast, anycast, multicast } drop
    iifname "${end}" ${NO_VXLAN}
${barred(setup, end)}  }
  chain input {
    type filter hook input priority filter - 10; policy accept;
    iifname "${end}" ip6 saddr ${NETWORK_END} icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
    iifname "${end}" drop
  }
`;
};
const guardSum = (setup: HostSetup): string => fingerprint(guardChains(setup));
const guard = (setup: HostSetup): string => ruleTable(guardSum(setup), guardChains(setup), tableName(setup));

/** Commands for the root namespace: the rules there, and whether the host forwards. Both are the operator's to reload. */
export const guardQuestion = (setup: HostSetup): readonly string[] =>
  setup.uplink === null ? [] : [`nft -j list table inet ${tableName(setup)} 2>/dev/null || true`, `cat ${FORWARDING}`];

export function guardStands(setup: HostSetup, [rules, forwards = '']: readonly string[]): boolean {
  if (setup.uplink === null) return true;
  const stands = sumOf(rulesIn(rules), 'inet', tableName(setup)) === guardSum(setup);
  return stands && (!forwardsFor(setup) || forwards.trim() === '1');
}

const tableName = (setup: HostSetup): string =>
  `volvox_${createHash('sha256').update(setup.namespace).digest('hex').slice(0, 10)}`;
