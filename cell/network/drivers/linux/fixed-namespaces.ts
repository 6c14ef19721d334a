import { nthAddress } from '../../addresses.ts';
import { METADATA_ADDRESS_6 } from '../../desired-host.ts';
import { fingerprint } from '../../names.ts';
import { barred, NO_VXLAN } from './barred.ts';
import { type HostSetup, metadataNamespace, outsideNamespace, UPLINK } from './host-setup.ts';
import { LINK_LOCAL_METADATA_PORT } from './link-local-metadata.ts';
import { PAST_THE_BRIDGE } from './port-filter.ts';

/** A namespace that serves all networks of the host; it never changes with them. */
export interface FixedNamespace {
  readonly name: string;
  /** Below /proc/sys; what a kernel does not have is left out. */
  readonly settings: Readonly<Record<string, string>>;
  /** Chains of its table `inet volvox`. */
  readonly chains: string;
  readonly sum: string;
}

const NO_IPV6 = { 'net/ipv6/conf/all/disable_ipv6': '1', 'net/ipv6/conf/default/disable_ipv6': '1' };
const WITH_IPV6 = {
  'net/ipv6/conf/all/disable_ipv6': '0',
  'net/ipv6/conf/default/disable_ipv6': '0',
  'net/ipv6/conf/default/accept_ra': '0',
  'net/ipv6/conf/default/accept_dad': '0',
  'net/ipv6/conf/default/accept_redirects': '0',
};
const NEIGHBOURS = 'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert }';
const LINK_LOCAL = '169.254.0.0/16';
const OWN_ADDRESSES_ONLY = { 'net/ipv4/conf/all/arp_ignore': '1', 'net/ipv4/conf/all/arp_announce': '2' };

export const fixedNamespaces = (setup: HostSetup): readonly FixedNamespace[] => [
  withSum(layer2(setup)),
  withSum(metadata(setup)),
  ...(setup.uplink === null ? [] : [withSum(outside(setup))]),
];

const withSum = (one: Omit<FixedNamespace, 'sum'>): FixedNamespace => ({ ...one, sum: fingerprint(one) });

/** Bridges, taps and segments, and the guests' processes. It has no address, so nothing in it is reached by IP, and nothing in it sends. What is forwarded are frames between the ports of a bridge, which the rules of security groups see (`group-table.ts`). */
const layer2 = (setup: HostSetup): Omit<FixedNamespace, 'sum'> => ({
  name: setup.namespace,
  settings: {
    'net/ipv4/ip_forward': '0',
    'net/ipv4/conf/all/arp_ignore': '8',
    ...NO_IPV6,
    'net/bridge/bridge-nf-call-iptables': '0',
    'net/bridge/bridge-nf-call-ip6tables': '0',
    'net/bridge/bridge-nf-call-arptables': '0',
    // A connection of a guest that leaves by live migration, and comes back, has gone on without this host.
    'net/netfilter/nf_conntrack_tcp_be_liberal': '1',
  },
  chains: `${PAST_THE_BRIDGE}
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    iifname "brq*" oifname "brq*" accept
  }
  chain output {
    type filter hook output priority filter; policy drop;
    oifname "lo" accept
  }
`,
});

/** The metadata server, and the transits that lead to it. Guests' addresses occur here as senders, never as the host's own. */
const metadata = (setup: HostSetup): Omit<FixedNamespace, 'sum'> => ({
  name: metadataNamespace(setup),
  settings: {
    'net/ipv4/ip_forward': '0',
    'net/ipv4/conf/all/rp_filter': '0',
    'net/ipv4/conf/default/rp_filter': '0',
    ...OWN_ADDRESSES_ONLY,
    ...WITH_IPV6,
    'net/ipv6/conf/all/forwarding': '0',
  },
  chains: `  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    iifname "mdt*" ip daddr ${LINK_LOCAL} fib daddr . iif type local tcp dport ${setup.metadataPort} accept
    iifname "mdt*" ip6 saddr fe80::/64 ip6 daddr ${METADATA_ADDRESS_6} tcp dport ${LINK_LOCAL_METADATA_PORT} accept
    iifname "mdt*" ${NEIGHBOURS} accept
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
  }
  chain output {
    type filter hook output priority filter; policy drop;
    oifname "lo" accept
    oifname "mdt*" tcp sport ${setup.metadataPort} accept
    oifname "mdt*" ip6 saddr ${METADATA_ADDRESS_6} tcp sport ${LINK_LOCAL_METADATA_PORT} accept
    oifname "mdt*" ${NEIGHBOURS} accept
  }
`,
});

/**
 * The uplink, and the transits of external networks and of routers. Each network is one address here, and so is what leaves a router without
 * a floating address; only these are translated. Whatever else leaves or enters by a router's transit is a floating address, or that of a guest
 * that has IPv6 outside: routes and `rp_filter`, for IPv6 a rule, let a transit have those of its router alone (`floating.ts`). IPv6 keeps no
 * state.
 */
const outside = (setup: HostSetup): Omit<FixedNamespace, 'sum'> => ({
  name: outsideNamespace(setup),
  settings: {
    'net/ipv4/ip_forward': '1',
    'net/ipv4/conf/all/rp_filter': '1',
    'net/ipv4/conf/default/rp_filter': '1',
    ...OWN_ADDRESSES_ONLY,
    ...WITH_IPV6,
    'net/ipv6/conf/all/forwarding': '1',
  },
  chains: `  set callers {
    type ifname; size 65535; flags dynamic;
  }
  set called {
    type ifname; size 65535; flags dynamic;
  }
  chain untranslated {
    type filter hook prerouting priority raw; policy accept;
    iifname "gwy*" ip6 saddr != fe80::/10 fib saddr . iif oif missing drop
    meta nfproto ipv6 notrack
  }
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ${NEIGHBOURS} accept
    ct state established,related accept
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ${NO_VXLAN}
${barred(setup, 'out*')}${barred(setup, 'gwy*')}${shares(setup)}    iifname "out*" meta nfproto ipv6 drop
    oifname "gwy*" meta nfproto ipv6 accept
    ct state established,related accept
    iifname "out*" oifname "${UPLINK}" accept
    iifname "gwy*" oifname "${UPLINK}" accept
    oifname "gwy*" ip daddr != ${LINK_LOCAL} accept
  }
  chain outgoing {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "${UPLINK}" ip saddr ${LINK_LOCAL} masquerade
    oifname "gwy*" ip saddr ${LINK_LOCAL} snat ip to ${uplinkAddress(setup)}
  }
`,
});

/** One network or router has the connections of so many guests: none fills the tables of the uplink and of the host. */
export const GUESTS_PER_TRANSIT = 16;

/** Both ways have a share: who calls from outside takes none of what guests begin. */
function shares({ connectionsPerGuest }: HostSetup): string {
  const most = connectionsPerGuest * GUESTS_PER_TRANSIT;
  if (most === 0) return '';
  return `    iifname "out*" ct state new add @callers { iifname ct count over ${most} } drop
    iifname "gwy*" ct state new add @callers { iifname ct count over ${most} } drop
    oifname "gwy*" ct state new add @called { oifname ct count over ${most} } drop
`;
}

/** Of the outside namespace. */
const uplinkAddress = ({ uplink }: HostSetup): string => (uplink === null ? '' : nthAddress(uplink.cidr, 2));
