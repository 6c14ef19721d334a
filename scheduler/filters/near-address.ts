import { BlockList, isIP } from 'node:net';
import { parseIp } from '#platform/objects/ip-address.ts';
import type { Filter } from './filter.ts';

/** Nova's usual `cidr`. */
const USUAL_CIDR = '/24';

/**
 * The hints `build_near_host_ip` and `cidr`: the address of the host must be in the network that they name together, as Nova's
 * SimpleCIDRAffinityFilter takes them. `cidr` is a prefix (`/24`) or, for IPv4, a mask (`/255.255.255.0`).
 */
export const nearAddress: Filter = {
  name: 'simple-cidr-affinity',
  asksEveryHost: () => true,
  question: ({ schedulerHints: { build_near_host_ip: address, cidr } }) => {
    if (address === undefined || address === null || address === '') return null;
    const network = networkOf(String(address), String(cidr ?? USUAL_CIDR));
    if (network === null) return () => 'the hints build_near_host_ip and cidr are no network';
    return ({ host: { hostIp } }) => {
      const version = isIP(hostIp);
      return version !== 0 && network.check(hostIp, version === 4 ? 'ipv4' : 'ipv6')
        ? null
        : 'its address is not in the network of the build_near_host_ip hint';
    };
  },
};

function networkOf(address: string, cidr: string): BlockList | null {
  const version = isIP(address);
  const prefix = prefixOf(cidr.replace(/^\//, ''));
  if (version === 0 || prefix === null || prefix > (version === 4 ? 32 : 128)) return null;
  const network = new BlockList();
  network.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  return network;
}

function prefixOf(text: string): number | null {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  const mask = parseIp(text);
  const bits = mask?.version === 4 ? mask.value.toString(2).padStart(32, '0') : '';
  return /^1*0*$/.test(bits) && bits !== '' ? bits.lastIndexOf('1') + 1 : null;
}
