import { type FloatingIpRecord, listFloatingIps } from '#platform/directory/stores/floating-ips.ts';
import { EVERYTHING } from '#platform/directory/stores/listing.ts';
import { listNetworks } from '#platform/directory/stores/networks.ts';
import { listPorts } from '#platform/directory/stores/ports.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Authorizing } from '../../http/policy.ts';

type Deps = Pick<ApiDeps, 'directory'>;
const EVERYBODY = { projectId: '', isAdmin: true };

/** Of the caller's project, also for an admin; with this address, if one is given. */
export const ownFloatingIps = (
  { directory }: Deps,
  { projectId }: Pick<Authorizing, 'projectId'>,
  address?: string,
): Promise<readonly FloatingIpRecord[]> =>
  listFloatingIps(directory.read, EVERYBODY, {
    ...EVERYTHING,
    filters: [
      { member: 'projectId', anyOf: [projectId] },
      ...(address === undefined ? [] : [{ member: 'floatingAddress', anyOf: [address] } as const]),
    ],
  });

/** With their pools and servers: two reads, however many there are. */
export async function floatingIpViews({ directory }: Deps, floatingIps: readonly FloatingIpRecord[]) {
  const among = (ids: readonly string[]) => ({ ...EVERYTHING, filters: [{ member: 'id', anyOf: ids }] as const });
  const [networks, ports] = await Promise.all([
    listNetworks(directory.read, EVERYBODY, among(floatingIps.map((one) => one.floatingNetworkId))),
    listPorts(directory.read, EVERYBODY, among(floatingIps.flatMap(({ fixedPortId }) => fixedPortId ?? []))),
  ]);
  const pools = new Map(networks.map(({ id, name }) => [id, name]));
  const servers = new Map(ports.map(({ id, deviceId }) => [id, deviceId]));
  return floatingIps.map((one) => ({
    id: one.id,
    ip: one.floatingAddress,
    pool: pools.get(one.floatingNetworkId) ?? one.floatingNetworkId,
    fixed_ip: one.fixedAddress,
    instance_id: servers.get(one.fixedPortId ?? '') || null,
  }));
}
