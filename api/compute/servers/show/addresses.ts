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
  return Object.fromEntries(
    Array.from(portsByNetwork(build), ([name, ports]) => {
      const list: ExtendedAddress[] = [];
      for (const { fixedIps, mac } of ports) for (const { address } of fixedIps) list.push(view('fixed', address, mac));
      for (const { floating = [], mac } of ports)
        for (const address of floating) list.push(view('floating', address, mac));
      return [name, list];
    }),
  );
}

function portsByNetwork({ networks, ports }: Addressed): ReadonlyMap<string, readonly AddressedPort[]> {
  const byName = new Map<string, AddressedPort[]>();
  for (const port of ports) {
    const name = networks.find(({ id }) => id === port.networkId)?.name ?? port.networkId;
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [port]);
    else known.push(port);
  }
  return byName;
}

/** @param mac of the port, also for an address that leads to it. */
const view = (type: ExtendedAddress['OS-EXT-IPS:type'], addr: string, mac: string): ExtendedAddress => ({
  version: addr.includes(':') ? 6 : 4,
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
