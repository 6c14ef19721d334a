import { isIPv4 } from 'node:net';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';

interface Address {
  readonly version: 4 | 6;
  readonly addr: string;
}
interface ExtendedAddress extends Address {
  readonly 'OS-EXT-IPS:type': 'fixed' | 'floating';
  readonly 'OS-EXT-IPS-MAC:mac_addr': string;
}

/** Addresses by network name, in the order of the ports. */
export function extendedAddresses(
  build: Pick<InstanceBuild, 'networks' | 'ports'>,
): Readonly<Record<string, readonly ExtendedAddress[]>> {
  const names = new Map(build.networks.map((network) => [network.id, network.name]));
  const byNetwork = Map.groupBy(build.ports, ({ networkId }) => names.get(networkId) ?? networkId);
  return Object.fromEntries(
    [...byNetwork].map(([name, ports]) => [
      name,
      ports.flatMap(({ fixedIps, mac }) =>
        fixedIps.map(
          ({ address }): ExtendedAddress => ({
            version: isIPv4(address) ? 4 : 6,
            addr: address,
            'OS-EXT-IPS:type': 'fixed',
            'OS-EXT-IPS-MAC:mac_addr': mac,
          }),
        ),
      ),
    ]),
  );
}

/** The same without the extension's fields. */
export function addresses(
  build: Pick<InstanceBuild, 'networks' | 'ports'>,
): Readonly<Record<string, readonly Address[]>> {
  return Object.fromEntries(
    Object.entries(extendedAddresses(build)).map(([name, list]) => [
      name,
      list.map(({ version, addr }) => ({ version, addr })),
    ]),
  );
}
