import { floatingAddressesOf } from '#platform/directory/stores/floating-addresses.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import type { ApiDeps } from '../../../deps.ts';

type Plugged = Pick<InstanceBuild, 'ports'>;

/** A port, and the floating addresses that lead to it: cells do not know of these. */
export type AddressedPort = InstanceBuild['ports'][number] & { readonly floating?: readonly string[] };

/** Servers with the floating addresses of their ports. The directory is asked once for all of them, and not at all while they have no ports. */
export async function withFloatingAddresses<S extends Plugged>(
  { directory }: Pick<ApiDeps, 'directory'>,
  servers: readonly S[],
): Promise<readonly S[]> {
  const portIds = servers.flatMap(({ ports }) => ports.map(({ id }) => id));
  const addresses = Map.groupBy(await floatingAddressesOf(directory.read, portIds), ({ portId }) => portId);
  if (addresses.size === 0) return servers;
  const floatingOf = (id: string): readonly string[] => (addresses.get(id) ?? []).map(({ address }) => address);
  return servers.map((server) => ({
    ...server,
    ports: server.ports.map((port): AddressedPort => ({ ...port, floating: floatingOf(port.id) })),
  }));
}
