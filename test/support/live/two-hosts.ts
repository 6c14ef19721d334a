import type { ApiClient } from '../../../deploy/client/api-client.ts';
import { networkNamespace } from '../../../deploy/local/network-namespace.ts';
import { type HostSettings, hostsOf } from '../../../deploy/local/settings.ts';
import { actOn, newServer } from '../server-calls.ts';
import type { TestRegion } from '../test-region.ts';
import { waitUntil } from '../wait-until.ts';

/** What live migrations between the two QEMU hosts of the first cell of a region are tried with. */
export const TWO_HOSTS = { cells: 1, simulatedHosts: 0, hosts: 2 } as const;
export const BOOT_MS = 240_000;
const MIGRATED_MS = 180_000;

export const hostNameOf = ({ name }: Pick<HostSettings, 'name'>): string => `${name}-host`;

/** Of the region's two hosts. */
export function hostsOfRegion({ region }: TestRegion): readonly [HostSettings, HostSettings] {
  const [cell] = region.settings.cells;
  const [one, other] = cell === undefined ? [] : hostsOf(cell);
  if (one === undefined || other === undefined) throw new Error('the cell has no two hosts');
  return [one, other];
}

export const namespaceOf = ({ region }: TestRegion, host: HostSettings): string => networkNamespace(region.home, host);

/** A network that VXLAN carries between the hosts; its id. */
export async function aSharedNetwork(admin: ApiClient, cidr: string): Promise<string> {
  const network = {
    name: 'between-hosts',
    'provider:network_type': 'vxlan' as const,
    'provider:segmentation_id': 4_711,
  };
  const answer = await admin.call('network', 'POST /v2.0/networks', { body: { network } });
  if (!('network' in answer)) throw new Error('the API did not say which network it created');
  const { id } = answer.network;
  await admin.call('network', 'POST /v2.0/subnets', { body: { subnet: { network_id: id, ip_version: 4, cidr } } });
  return id;
}

/** A server that is stopped, so that its network stays on this host when no guest is there. */
export async function keepNetworkOn(region: TestRegion, host: string, network: string): Promise<void> {
  const { admin } = region;
  const { images } = await admin.call('image', 'GET /v2/images', { query: { name: 'volvox-guest' } });
  const id = await newServer(admin, {
    ...{ name: 'neighbour', flavorRef: '1', imageRef: images[0]?.id ?? '', networks: [{ uuid: network }] },
    host,
  });
  await region.untilActive(id, BOOT_MS);
  await actOn(admin, id, { 'os-stop': null });
  await waitUntil('the neighbour to be off', async () => (await region.server(id)).status === 'SHUTOFF', BOOT_MS);
}

export const migrateTo = (admin: ApiClient, id: string, host: string) =>
  actOn(admin, id, { 'os-migrateLive': { host, block_migration: 'auto' } });

/** Waits until the server is on this host, and nothing of the migration is in progress. @throws with its fault when it stayed. */
export async function untilOn(region: TestRegion, id: string, host: string): Promise<void> {
  const failure = await waitUntil(
    `server ${id} to be on ${host}`,
    async () => {
      const server = await region.server(id);
      if (server['OS-EXT-STS:task_state'] !== null) return null;
      if (server['OS-EXT-SRV-ATTR:host'] === host) return { why: null };
      const last = await lastMigration(region.admin, id);
      return last === 'accepted' || last === 'completed' ? null : { why: `${last}: ${server.fault?.message}` };
    },
    MIGRATED_MS,
    50,
  );
  if (failure.why !== null) throw new Error(`the live migration of server ${id} ended with ${failure.why}`);
}

/** The status of the newest migration of a server. Their numbers are in no order. */
export async function lastMigration(admin: ApiClient, id: string): Promise<string> {
  const { migrations } = await admin.call('compute', 'GET /os-migrations', { query: { instance_uuid: id } });
  return [...migrations].sort((one, another) => another.created_at.localeCompare(one.created_at))[0]?.status ?? 'none';
}
