import { type ApiClient, ApiError } from '../client/api-client.ts';

interface Named {
  readonly id: string;
  readonly name: string | null;
}
interface Noun {
  readonly show: (api: ApiClient, id: string) => Promise<unknown>;
  /** @param query applies to servers only. */
  readonly list: (api: ApiClient, query: Readonly<Record<string, string>>) => Promise<readonly Named[]>;
}

const NOUNS = {
  servers: {
    show: (api, id) => api.call('compute', 'GET /servers/{id}', { path: { id } }),
    list: async (api, query) => (await api.call('compute', 'GET /servers', { query })).servers,
  },
  flavors: {
    show: (api, id) => api.call('compute', 'GET /flavors/{id}', { path: { id } }),
    list: async (api) => (await api.call('compute', 'GET /flavors')).flavors,
  },
  images: {
    show: (api, id) => api.call('image', 'GET /v2/images/{id}', { path: { id } }),
    list: async (api) => (await api.call('image', 'GET /v2/images')).images,
  },
  networks: {
    show: (api, id) => api.call('network', 'GET /v2.0/networks/{id}', { path: { id } }),
    list: async (api) => (await api.call('network', 'GET /v2.0/networks')).networks,
  },
  ports: {
    show: (api, id) => api.call('network', 'GET /v2.0/ports/{id}', { path: { id } }),
    list: async (api) => (await api.call('network', 'GET /v2.0/ports')).ports,
  },
} as const satisfies Readonly<Record<string, Noun>>;

/**
 * The id of the thing that is called so, or has that id. `everywhere`: servers of every project, for admins.
 * @throws when there is none, or more than one of that name.
 */
export async function findId(
  api: ApiClient,
  plural: keyof typeof NOUNS,
  nameOrId: string,
  { everywhere = false }: { readonly everywhere?: boolean } = {},
): Promise<string> {
  const { show, list } = NOUNS[plural];
  const byId = await show(api, nameOrId).catch((error: unknown) => {
    if (error instanceof ApiError && [400, 404].includes(error.status)) return null;
    throw error;
  });
  if (byId !== null) return nameOrId;
  const query = everywhere ? { all_tenants: '1', name: exactly(nameOrId) } : {};
  const named = (await list(api, query)).filter((one) => one.name === nameOrId);
  const [first] = named;
  const singular = plural.slice(0, -1);
  if (first === undefined) throw new Error(`no ${singular} ${nameOrId} exists`);
  if (named.length > 1) throw new Error(`${named.length} ${plural} have the name ${nameOrId}; use the id`);
  return first.id;
}

/** As a pattern; lists of servers are filtered by patterns. */
const exactly = (text: string): string => `^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
