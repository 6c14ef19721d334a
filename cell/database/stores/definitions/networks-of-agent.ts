import type { AgentDefinitions, AgentKnows } from '#platform/contracts/agent-definitions.ts';
import { fromJson } from '#platform/database/json-column.ts';
import type { RouterContent } from '#platform/objects/definitions.ts';
import type { Network } from '#platform/objects/network.ts';
import type { CellReader } from '../../cell-database.ts';

/** The networks of an agent's ports, the routers that have an interface in these, and the networks of those; without what the agent knows. */
export async function networksOfAgent(
  read: CellReader,
  agentId: string,
  knows: AgentKnows,
): Promise<Pick<AgentDefinitions, 'networks' | 'routers'>> {
  const own = await ownNetworks(read, agentId);
  if (own.length === 0) return { networks: [], routers: [] };
  const routerIds = await routersIn(read, own);
  const joined = await networksOfRouters(read, routerIds);
  const networks = await newsOf(read, 'defined_networks', [...new Set([...own, ...joined])], knows.networks);
  const routers = await newsOf(read, 'defined_routers', routerIds, knows.routers);
  return {
    networks: networks.map(({ id, generation, content }) => ({
      ...{ id, generation },
      network: content === null ? null : fromJson<Network>(content),
    })),
    routers: routers.map(({ id, generation, content }) => ({
      ...{ id, generation },
      router: content === null ? null : fromJson<RouterContent>(content),
    })),
  };
}

async function ownNetworks(read: CellReader, agentId: string): Promise<readonly string[]> {
  const rows = await read
    .selectFrom('hosts')
    .innerJoin('port_bindings', 'port_bindings.host_id', 'hosts.id')
    .select('port_bindings.network_id')
    .distinct()
    .where('hosts.network_agent_id', '=', agentId)
    .where('port_bindings.present', '=', 1)
    .execute();
  return rows.map(({ network_id }) => network_id);
}

async function routersIn(read: CellReader, networkIds: readonly string[]): Promise<readonly string[]> {
  const rows = await read
    .selectFrom('defined_router_networks')
    .select('router_id')
    .distinct()
    .where('network_id', 'in', [...networkIds])
    .where('is_gateway', '=', 0)
    .execute();
  return rows.map(({ router_id }) => router_id);
}

async function networksOfRouters(read: CellReader, routerIds: readonly string[]): Promise<readonly string[]> {
  if (routerIds.length === 0) return [];
  const rows = await read
    .selectFrom('defined_router_networks')
    .select('network_id')
    .distinct()
    .where('router_id', 'in', [...routerIds])
    .execute();
  return rows.map(({ network_id }) => network_id);
}

interface News {
  readonly id: string;
  readonly generation: number;
  /** null: known. */
  readonly content: string | null;
}

/** Those of these that are defined, by id. The contents of those that are known are not read. */
async function newsOf(
  read: CellReader,
  table: 'defined_networks' | 'defined_routers',
  ids: readonly string[],
  knows: AgentKnows['networks'],
): Promise<readonly News[]> {
  if (ids.length === 0) return [];
  const known = new Map(knows.map(({ id, generation }) => [id, generation]));
  const defined = await read
    .selectFrom(table)
    .select(['id', 'generation'])
    .where('id', 'in', [...ids])
    .orderBy('id')
    .execute();
  const unknown = defined.filter(({ id, generation }) => known.get(id) !== generation).map(({ id }) => id);
  if (unknown.length === 0) return defined.map((one) => ({ ...one, content: null }));
  const rows = await read
    .selectFrom(table)
    .select(['id', 'generation', 'content'])
    .where('id', 'in', unknown)
    .execute();
  const news = new Map<string, News>(rows.map((row) => [row.id, row]));
  // What was forgotten meanwhile is left out.
  const isUnknown = new Set(unknown);
  return defined.flatMap((one) => news.get(one.id) ?? (isUnknown.has(one.id) ? [] : { ...one, content: null }));
}
