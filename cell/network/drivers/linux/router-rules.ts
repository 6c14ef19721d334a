import type { DesiredRouter } from '../../desired-routers.ts';
import { OUTSIDE_DEVICE } from '../../names.ts';
import type { RouterOutside } from '../../router-outside.ts';
import { barred, NO_VXLAN } from './barred.ts';
import { GUESTS_PER_TRANSIT } from './fixed-namespaces.ts';
import type { HostSetup } from './host-setup.ts';
import { onlyFrom, rulesFor } from './rule-set.ts';
import { ruleTable } from './rule-table.ts';
import { routerTransit } from './transits.ts';

const NEIGHBOURS = 'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept';

/**
 * What passes a router. Between its networks it keeps no state, since an answer may be routed on another host; a network sends from its own
 * ranges only. It keeps state of IPv4 connections with the outside: those that a guest begins, and those to a floating address. IPv6 is
 * not translated; security groups decide who may begin a connection.
 */
export function routerRules(setup: HostSetup, router: DesiredRouter): string {
  const { inside, legs, outside } = router;
  return ruleTable(
    router.form,
    `  set callers {
    type ipv4_addr; size 65535; flags dynamic;
  }
  set called {
    type ipv4_addr; size 65535; flags dynamic;
  }
  set legs {
    type ifname; size 65535; flags dynamic;
  }
  chain between-networks {
    type filter hook prerouting priority raw; policy accept;
    meta nfproto ipv6 notrack
${rulesFor('iifname "net*"', { to: inside.filter((one) => !one.includes(':')) }, 'notrack')}  }
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ${NEIGHBOURS}
    ct state established,related accept
    iifname "net*" icmp type echo-request accept
    iifname "net*" icmpv6 type echo-request accept
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
${legs.map(({ device, sources }) => onlyFrom(`iifname "${device}"`, sources)).join('')}${shares(setup)}${rulesFor(
  'iifname "net*" oifname "net*"',
  { to: inside },
  'accept',
)}${outside === null ? '' : withOutside(setup, outside, router.slot)}  }
${outside === null ? '' : forwardedChain(outside) + translations(outside, inside, router.slot)}`,
  );
}

/** So that no guest fills the tables of connections, which its neighbours, the uplink and the host need too. A guest may have many addresses: a network has a share too. */
const shares = ({ connectionsPerGuest: most }: HostSetup): string =>
  most === 0
    ? ''
    : `    iifname "net*" ct state new add @callers { ip saddr ct count over ${most} } drop
    iifname "net*" ct state new add @legs { iifname ct count over ${most * GUESTS_PER_TRANSIT} } drop
    iifname "${OUTSIDE_DEVICE}" ct state new add @called { ip daddr ct count over ${most} } drop
`;

/** The translations that hold now: a connection of an earlier one ends at its next packet. */
function withOutside(setup: HostSetup, outside: RouterOutside, slot: number): string {
  const { snat, address, floating, forwardings } = outside;
  const forwarded = [...new Set(forwardings.map((one) => one.address))];
  const own = [...(snat ? [routerTransit(slot).networkEnd] : []), ...(address === null ? [] : [address])];
  const led = floating.map((one) => `${one.address} . ${one.fixedAddress}`);
  const translated = floating.map((one) => `${one.fixedAddress} . ${one.address}`);
  return `${ifAny(forwarded, (all) => `    ct status dnat ct original ip daddr { ${all} } jump forwarded\n`)}    ct status dnat ${ifAny(
    forwarded,
    (all) => `ct original ip daddr != { ${all} } `,
  )}${ifAny(led, (all) => `ct original ip daddr . ct reply ip saddr != { ${all} } `)}drop
    ct status snat ${ifAny(own, (all) => `ct reply ip daddr != { ${all} } `)}${ifAny(
      translated,
      (all) => `ct original ip saddr . ct reply ip daddr != { ${all} } `,
    )}drop
    ${NO_VXLAN}
${barred(setup, 'net*')}${untranslated(outside)}    meta nfproto ipv6 drop
    ct state established,related accept
    iifname "${OUTSIDE_DEVICE}" ct status dnat accept
${guestsBegin(snat, floating)}`;
}

function untranslated({ ipv6 }: RouterOutside): string {
  if (ipv6 === null) return '';
  const ranges = ipv6.ranges.join(', ');
  return `    iifname "net*" oifname "${OUTSIDE_DEVICE}" ip6 saddr { ${ranges} } accept
    iifname "${OUTSIDE_DEVICE}" oifname "net*" ip6 daddr { ${ranges} } accept
`;
}

/** Without SNAT only who has a floating address reaches the outside. */
function guestsBegin(snat: boolean, floating: RouterOutside['floating']): string {
  const out = `    iifname "net*" oifname "${OUTSIDE_DEVICE}"`;
  const fixed = floating.map((one) => one.fixedAddress);
  return snat ? `${out} accept\n` : ifAny(fixed, (all) => `${out} ip saddr { ${all} } accept\n`);
}

/** Drops connections that no forwarding leads any more. */
function forwardedChain({ forwardings }: RouterOutside): string {
  const rules = forwardings.map(
    ({ address, protocol, ports, fixedAddress, fixedPorts }) =>
      `    meta l4proto ${protocol} ct original proto-dst ${span(ports)} ct reply proto-src ${span(fixedPorts)} ct original ip daddr ${address} ct reply ip saddr ${fixedAddress} return\n`,
  );
  return rules.length === 0 ? '' : `  chain forwarded {\n    ct state related return\n${rules.join('')}    drop\n  }\n`;
}

const span = ([first, last]: readonly [number, number]): string => (first === last ? `${first}` : `${first}-${last}`);

/** All lead to one, or each port to its own: nftables has no words for a range that leads to another. */
function forwardingRules({ forwardings }: RouterOutside): string {
  return forwardings
    .map(({ address, protocol, ports, fixedAddress, fixedPorts }) => {
      const [first, last] = ports;
      const to = `    ip daddr ${address} ${protocol} dport`;
      if (fixedPorts[0] === fixedPorts[1]) return `${to} ${span(ports)} dnat ip to ${fixedAddress}:${fixedPorts[0]}\n`;
      if (first === fixedPorts[0]) return `${to} ${span(ports)} dnat ip to ${fixedAddress}\n`;
      const pairs = Array.from({ length: last - first + 1 }, (_, at) => `${first + at} : ${fixedPorts[0] + at}`);
      return `${to} ${span(ports)} dnat ip to ${fixedAddress} : ${protocol} dport map { ${pairs.join(', ')} }\n`;
    })
    .join('');
}

function translations(outside: RouterOutside, inside: readonly string[], slot: number): string {
  const { snat, address, floating } = outside;
  const led = floating.map((one) => `${one.address} : ${one.fixedAddress}`);
  const translated = floating.map((one) => `${one.fixedAddress} : ${one.address}`);
  const own = inside.filter((one) => !one.includes(':'));
  const hairpin = `oifname "net*" ct status dnat ip saddr { ${own.join(', ')} }`;
  const toFloating = (all: string) => `    oifname "${OUTSIDE_DEVICE}" snat ip to ip saddr map { ${all} }
    ${hairpin} snat ip to ip saddr map { ${all} }
`;
  return `  chain to-guests {
    type nat hook prerouting priority dstnat; policy accept;
${ifAny(led, (all) => `    dnat ip to ip daddr map { ${all} }\n`)}${forwardingRules(outside)}  }
  chain to-outside {
    type nat hook postrouting priority srcnat; policy accept;
${ifAny(translated, toFloating)}${address === null || own.length === 0 ? '' : `    ${hairpin} snat ip to ${address}\n`}${
  snat ? `    oifname "${OUTSIDE_DEVICE}" snat ip to ${routerTransit(slot).networkEnd}\n` : ''
}  }
`;
}

/** Nothing for an empty list: nftables knows no empty sets. */
const ifAny = (list: readonly string[], text: (all: string) => string): string =>
  list.length === 0 ? '' : text(list.join(', '));
