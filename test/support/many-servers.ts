import type { ApiClient } from '../../deploy/client/api-client.ts';
import type { ListedServer } from '../../deploy/client/views.ts';
import { actOn, newServer } from './server-calls.ts';
import { waitUntil } from './wait-until.ts';

export type { ListedServer };

/** What a server is made from: the smallest flavor, an image and the region's network. */
export interface ServerParts {
  readonly flavorRef: string;
  readonly imageRef: string;
  readonly networks: readonly { readonly uuid: string }[];
  /** On this host and no other. */
  readonly host?: string;
}

export async function partsOf(admin: ApiClient, imageName = 'volvox-guest'): Promise<ServerParts> {
  const [{ images }, { networks }] = await Promise.all([
    admin.call('image', 'GET /v2/images', { query: { name: imageName } }),
    admin.call('network', 'GET /v2.0/networks', { query: { name: 'private' } }),
  ]);
  const [image] = images;
  const [network] = networks;
  if (image === undefined || network === undefined) throw new Error('the region has no image or no network');
  return { flavorRef: '1', imageRef: image.id, networks: [{ uuid: network.id }] };
}

/** The hosts of a cell by their names, in order. */
export async function hostsOf(admin: ApiClient, cell: string): Promise<readonly string[]> {
  const { hypervisors } = await admin.call('compute', 'GET /os-hypervisors');
  const names = hypervisors.map((host) => host.hypervisor_hostname).filter((name) => name.startsWith(`${cell}-`));
  if (names.length === 0) throw new Error(`${cell} has no hosts`);
  return names.sort();
}

/** Asks once for a server. @returns its id. @throws ApiError when it was not accepted. */
export const askForServer = (admin: ApiClient, parts: ServerParts, name: string): Promise<string> =>
  newServer(admin, { name, ...parts, networks: [...parts.networks] });

/** Does `work` for each, by so many at once. */
export async function byMany<T>(things: readonly T[], clients: number, work: (thing: T) => Promise<void>) {
  const left = [...things];
  const one = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: clients }, one));
}

/** Every server, by its id; also those that are soft-deleted. */
export async function listServers(admin: ApiClient): Promise<ReadonlyMap<string, ListedServer>> {
  const { servers } = await admin.call('compute', 'GET /servers/detail', {
    query: { limit: 1_000, soft_deleted: 'true' },
  });
  return new Map(servers.map((server) => [server.id, server]));
}

/** Waits for each of these servers to satisfy `settled`, or for the time to pass. @returns them as they are then. */
export async function untilSettled(
  admin: ApiClient,
  ids: readonly string[],
  settled: (server: ListedServer) => boolean,
  timeoutMs: number,
): Promise<readonly (ListedServer | undefined)[]> {
  let last: ReadonlyMap<string, ListedServer> = new Map();
  await waitUntil(
    'servers to settle',
    async () => {
      last = await listServers(admin);
      return ids.every((id) => {
        const server = last.get(id);
        return server !== undefined && settled(server);
      });
    },
    timeoutMs,
    200,
  ).catch(() => undefined);
  return ids.map((id) => last.get(id));
}

/** Deletes every server for good, again those that do not go, until none is left or the time is over. @returns those that are left. */
export async function deleteEverything(admin: ApiClient, timeoutMs: number): Promise<readonly ListedServer[]> {
  let left: readonly ListedServer[] = [];
  const asked = new Set<string>();
  await waitUntil(
    'all servers to be gone',
    async () => {
      left = [...(await listServers(admin)).values()];
      const fresh = left.filter(({ id, 'OS-EXT-STS:task_state': task }) => !asked.has(id) || task !== 'deleting');
      await byMany(fresh, 16, async ({ id }) => {
        // What is gone already, or cannot be deleted now, shows in the next list.
        await actOn(admin, id, { forceDelete: null }).then(
          () => asked.add(id),
          () => undefined,
        );
      });
      return left.length === 0;
    },
    timeoutMs,
    250,
  ).catch(() => undefined);
  return left;
}
