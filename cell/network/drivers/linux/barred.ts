import type { HostSetup } from './host-setup.ts';

/** Whoever reaches a host here writes into the networks of others: nothing of a guest does. */
const VXLAN_PORT = 4789;
export const NO_VXLAN = `udp dport ${VXLAN_PORT} drop`;

/** No guest has business there: this host, its links and the link-local services around it, and what is no address of one host. */
const NEVER_REACHED = [
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4'],
  ...['::/96', '::ffff:0:0/96', 'fe80::/10', 'ff00::/8'],
] as const;

/** Rules that drop what guests must not reach, for packets that came in by these devices. */
export const barred = (setup: HostSetup, device: string): string =>
  [...NEVER_REACHED, ...setup.blockedRanges]
    .map((range) => `    iifname "${device}" ${range.includes(':') ? 'ip6' : 'ip'} daddr ${range} drop\n`)
    .join('');
