import type { DirectoryReader } from '../../directory.ts';
import { type CellsById, cellsById } from './cells-by-id.ts';

/** By network: the cells with ports of servers on it. */
export async function cellsOfNetworks(read: DirectoryReader, ids: readonly string[]): Promise<CellsById> {
  if (ids.length === 0) return new Map();
  const rows = await read
    .selectFrom('port_networks')
    .select(['network_id as id', 'cell_id'])
    .distinct()
    .where('network_id', 'in', [...new Set(ids)])
    .execute();
  return cellsById(rows);
}

/** By network: the cells that need it. These have ports on it, or on a network in which one of its routers has an interface. */
export async function cellsNeedingNetworks(read: DirectoryReader, ids: readonly string[]): Promise<CellsById> {
  if (ids.length === 0) return new Map();
  const rows = await read
    .selectFrom('router_networks as theirs')
    .innerJoin('router_networks as joined', 'joined.router_id', 'theirs.router_id')
    .select(['theirs.network_id', 'joined.network_id as joined_id'])
    .distinct()
    .where('theirs.network_id', 'in', [...ids])
    .where('joined.is_gateway', '=', 0)
    .execute();
  const joined = Map.groupBy(rows, ({ network_id }) => network_id);
  const reaching = (id: string) => [id, ...(joined.get(id) ?? []).map(({ joined_id }) => joined_id)];
  return cellsByAnyOf(read, new Map(ids.map((id) => [id, reaching(id)])));
}

/** By router: the cells that need it. These have ports on a network in which it has an interface. */
export async function cellsNeedingRouters(read: DirectoryReader, ids: readonly string[]): Promise<CellsById> {
  if (ids.length === 0) return new Map();
  const rows = await read
    .selectFrom('router_networks')
    .select(['router_id', 'network_id'])
    .where('router_id', 'in', [...ids])
    .where('is_gateway', '=', 0)
    .execute();
  const byRouter = Map.groupBy(rows, ({ router_id }) => router_id);
  return cellsByAnyOf(
    read,
    new Map([...byRouter].map(([router, own]) => [router, own.map(({ network_id }) => network_id)])),
  );
}

async function cellsByAnyOf(
  read: DirectoryReader,
  networks: ReadonlyMap<string, readonly string[]>,
): Promise<CellsById> {
  const cellsOf = await cellsOfNetworks(read, [...networks.values()].flat());
  return new Map(
    [...networks].map(([id, own]) => [id, [...new Set(own.flatMap((network) => cellsOf.get(network) ?? []))]]),
  );
}
