import { isIPv4 } from 'node:net';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import type { AddressedPort } from './floating-addresses.ts';

interface Address {
  readonly version: 4 | 6;
  readonly addr: string;
}
interface ExtendedAddress extends Address {
  readonly 'OS-EXT-IPS:type': 'fixed' | 'floating';
  readonly 'OS-EXT-IPS-MAC:mac_addr': string;
}
type Addressed = Pick<InstanceBuild, 'networks'> & { readonly ports: readonly AddressedPort[] };

/** Addresses by network name, in the order of the ports; in each network the fixed ones, then the floating ones. */
export function extendedAddresses(build: Addressed): Readonly<Record<string, readonly ExtendedAddress[]>> {
  const names = new Map(build.networks.map((network) => [network.id, network.name]));
  const byNetwork = Map.groupBy(build.ports, ({ networkId }) => names.get(networkId) ?? networkId);
  return Object.fromEntries(
    [...byNetwork].map(([name, ports]) => [
      name,
      [
        ...ports.flatMap(({ fixedIps, mac }) => fixedIps.map(({ address }) => view('fixed', address, mac))),
        ...ports.flatMap(({ floating = [], mac }) => floating.map((address) => view('floating', address, mac))),
      ],
    ]),
  );
}

/** @param mac of the port, also for an address that leads to it. */
const view = (type: ExtendedAddress['OS-EXT-IPS:type'], addr: string, mac: string): ExtendedAddress => ({
  version: isIPv4(addr) ? 4 : 6,
  addr,
  'OS-EXT-IPS:type': type,
  'OS-EXT-IPS-MAC:mac_addr': mac,
});

/** The same without the extension's fields. */
export function addresses(build: Addressed): Readonly<Record<string, readonly Address[]>> {
  return Object.fromEntries(
    Object.entries(extendedAddresses(build)).map(([name, list]) => [
      name,
      list.map(({ version, addr }) => ({ version, addr })),
    ]),
  );
}
