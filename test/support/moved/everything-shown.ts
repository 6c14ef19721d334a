import type { ApiClient } from '../../../deploy/client/api-client.ts';

/** Dotted path → value, of all that the APIs show of a server. */
type Shown = ReadonlyMap<string, unknown>;

const MICROVERSION = { 'openstack-api-version': 'compute 2.96' };

/** Everything that users and admins can see of one server, at a late microversion: itself, its parts, and its action log with events. */
export async function everythingShown(api: ApiClient, id: string): Promise<Shown> {
  const of = { path: { id }, headers: MICROVERSION };
  const { server } = await api.call('compute', 'GET /servers/{id}', of);
  const { instanceActions } = await api.call('compute', 'GET /servers/{id}/os-instance-actions', of);
  const actions = await Promise.all(
    instanceActions.map(async ({ request_id: request }) => {
      const path = { id, request };
      const operation = 'GET /servers/{id}/os-instance-actions/{request}';
      const { instanceAction } = await api.call('compute', operation, { ...of, path });
      return [request, instanceAction];
    }),
  );
  const { ports } = await api.call('network', 'GET /v2.0/ports', { query: { device_id: id } });
  const shown = {
    server,
    tags: await api.call('compute', 'GET /servers/{id}/tags', of),
    metadata: await api.call('compute', 'GET /servers/{id}/metadata', of),
    addresses: await api.call('compute', 'GET /servers/{id}/ips', of),
    interfaces: await api.call('compute', 'GET /servers/{id}/os-interface', of),
    ports: Object.fromEntries(ports.map((port) => [port.id, port])),
    actions: Object.fromEntries(actions),
  };
  return new Map(leaves('', shown));
}

function* leaves(path: string, value: unknown): Generator<[string, unknown]> {
  if (value === null || typeof value !== 'object') yield [path, value];
  else if (Object.keys(value).length === 0) yield [path, Array.isArray(value) ? '[]' : '{}'];
  else for (const [key, inner] of Object.entries(value)) yield* leaves(path === '' ? key : `${path}.${key}`, inner);
}

/**
 * What may differ after a move: where the server is (host and the ids made from it), and when its row last changed. The move itself is a
 * further action in the log, so paths that are new are told apart.
 */
const WHERE_IT_IS = [
  'server.OS-EXT-SRV-ATTR:host',
  'server.OS-EXT-SRV-ATTR:hypervisor_hostname',
  'server.hostId',
  'server.updated',
];

interface Comparison {
  readonly equal: number;
  /** Of the fields that say where it is. */
  readonly moved: readonly string[];
  /** Any other difference: there must be none. */
  readonly different: readonly string[];
  /** Actions that were not there before. */
  readonly newActions: number;
}

export function compareShown(before: Shown, after: Shown): Comparison {
  const moved: string[] = [];
  const different: string[] = [];
  let equal = 0;
  for (const [path, value] of before) {
    const now = after.get(path);
    if (after.has(path) && now === value) equal += 1;
    else (isWhere(path) ? moved : different).push(`${path}: ${String(value)} → ${String(now)}`);
  }
  const added = [...after.keys()].filter((path) => !before.has(path));
  const newActions = new Set(added.filter((path) => path.startsWith('actions.')).map((path) => path.split('.')[1]))
    .size;
  for (const path of added.filter((path) => !path.startsWith('actions.')))
    different.push(`${path}: nothing → ${String(after.get(path))}`);
  return { equal, moved, different, newActions };
}

const isWhere = (path: string): boolean => WHERE_IT_IS.includes(path) || /^ports\..*\.binding:host_id$/.test(path);
