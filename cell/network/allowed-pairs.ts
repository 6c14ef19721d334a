import type { AddressPair } from '#platform/objects/definitions.ts';
import { isHostMac } from '#platform/objects/host-macs.ts';
import { parseIp } from '#platform/objects/ip-address.ts';
import { canonical, prefixLength } from './addresses.ts';

/**
 * The address pairs of a port that its host lets pass, sorted, in the kernel's form. Those that would make the guest a host for its neighbours are
 * not among them: with a MAC of hosts, or with the link-local address of one.
 */
export const allowedPairs = (pairs: readonly AddressPair[], ownMac: string): readonly AddressPair[] =>
  pairs
    .filter(({ mac, address }) => (mac === ownMac || !isHostMac(mac)) && !isHostLinkLocal(address))
    .map(({ mac, address }) => ({ mac, address: kernelForm(address) }))
    .sort((a, b) => a.mac.localeCompare(b.mac) || a.address.localeCompare(b.address));

const kernelForm = (address: string): string =>
  address.includes('/')
    ? `${canonical(address.slice(0, address.indexOf('/')))}/${prefixLength(address)}`
    : canonical(address);

/** Whether it is the address that follows from the MAC of some host (RFC 4291, appendix A). */
function isHostLinkLocal(address: string): boolean {
  const ip = parseIp(address);
  if (ip?.version !== 6 || ip.value >> 118n !== 0x3fan || ((ip.value >> 24n) & 0xffffn) !== 0xfffen) return false;
  const first = Number((ip.value >> 56n) & 0xffn) ^ 2;
  return isHostMac(first.toString(16).padStart(2, '0'));
}
