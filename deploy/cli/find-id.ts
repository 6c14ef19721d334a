import { type ApiClient, ApiError, type ServiceType } from '../client/api-client.ts';

const PATHS = {
  servers: ['compute', '/servers'],
  flavors: ['compute', '/flavors'],
  images: ['image', '/v2/images'],
  networks: ['network', '/v2.0/networks'],
} as const satisfies Record<string, readonly [ServiceType, string]>;

/**
 * The id of the thing that is called so, or has that id. `everywhere`: servers of every project, for admins.
 * @throws when there is none, or more than one of that name.
 */
export async function findId(
  api: ApiClient,
  plural: keyof typeof PATHS,
  nameOrId: string,
  { everywhere = false }: { readonly everywhere?: boolean } = {},
): Promise<string> {
  const [service, path] = PATHS[plural];
  const byId = await api
    .request<Record<string, { id?: string }>>(service, `${path}/${encodeURIComponent(nameOrId)}`)
    .catch((error: unknown) => {
      if (error instanceof ApiError && [400, 404].includes(error.status)) return null;
      throw error;
    });
  if (byId !== null) return nameOrId;
  const list = everywhere ? `${path}?all_tenants=1&name=${encodeURIComponent(exactly(nameOrId))}` : path;
  const answer = await api.request<Record<string, { id: string; name: string }[]>>(service, list);
  const named = (answer[plural] ?? []).filter((one) => one.name === nameOrId);
  const [first] = named;
  const singular = plural.slice(0, -1);
  if (first === undefined) throw new Error(`no ${singular} ${nameOrId} exists`);
  if (named.length > 1) throw new Error(`${named.length} ${plural} have the name ${nameOrId}; use the id`);
  return first.id;
}

/** As a pattern; lists of servers are filtered by patterns. */
const exactly = (text: string): string => `^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
