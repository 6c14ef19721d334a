import { type Cidr, overlaps, parseCidr } from '#platform/objects/ip-address.ts';

/** Ranges in which no subnet may be, by how Neutron names them. */
const RESERVED = [
  ['0.0.0.0/8', 'Unspecified'],
  ['127.0.0.0/8', 'Loopback'],
  // With the metadata address, and the hosts' own links.
  ['169.254.0.0/16', 'Link-local'],
  ['224.0.0.0/4', 'Multicast'],
  ['240.0.0.0/4', 'Reserved'],
  // With loopback and the addresses that stand for IPv4 ones.
  ['::/96', 'Loopback'],
  ['::ffff:0:0/96', 'Reserved'],
  ['fe80::/10', 'Link-local'],
  ['ff00::/8', 'Multicast'],
] as const;

/** The reserved range that this one lies in, if any. `hosts` as for `reservedBecause`. A wider range, such as a default route, lies in none. */
export const reservedAround = (cidr: Cidr, hosts: readonly string[]): string | undefined =>
  [...RESERVED.map(([range]) => range), ...hosts].find((range) => {
    const reserved = parseCidr(range);
    const isWider = reserved !== null && reserved.version === cidr.version && reserved.prefix <= cidr.prefix;
    return isWider && overlaps(reserved, cidr);
  });

/**
 * Why a subnet may not have this range, as a sentence; null when it may. `hosts`: the hosts' own ranges, such as that of their
 * uplink; a guest could not reach what stands there, or would be taken for it.
 */
export function reservedBecause(cidr: Cidr, hosts: readonly string[]): string | null {
  const within = (range: string): boolean => {
    const reserved = parseCidr(range);
    return reserved !== null && reserved.version === cidr.version && overlaps(reserved, cidr);
  };
  const [, kind] = RESERVED.find(([range]) => within(range)) ?? [];
  if (kind !== undefined) return `${kind} IP subnet is not supported.`;
  const taken = hosts.find(within);
  return taken === undefined ? null : `The subnet overlaps with ${taken}, which the hosts use.`;
}
