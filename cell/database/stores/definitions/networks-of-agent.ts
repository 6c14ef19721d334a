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
  const networks = await definedIn(read, 'defined_networks', [...new Set([...own, ...joined])]);
  const routers = await definedIn(read, 'defined_routers', routerIds);
  const isKnown = (known: AgentKnows['networks']) => {
    const generations = new Map(known.map(({ id, generation }) => [id, generation]));
    return (id: string, generation: number) => generations.get(id) === generation;
  };
  const [networkKnown, routerKnown] = [isKnown(knows.networks), isKnown(knows.routers)];
  return {
    networks: networks.map(({ id, generation, content }) => ({
      ...{ id, generation },
      network: networkKnown(id, generation) ? null : fromJson<Network>(content),
    })),
    routers: routers.map(({ id, generation, content }) => ({
      ...{ id, generation },
      router: routerKnown(id, generation) ? null : fromJson<RouterContent>(content),
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

async function definedIn(read: CellReader, table: 'defined_networks' | 'defined_routers', ids: readonly string[]) {
  if (ids.length === 0) return [];
  return await read
    .selectFrom(table)
    .select(['id', 'generation', 'content'])
    .where('id', 'in', [...ids])
    .orderBy('id')
    .execute();
}
