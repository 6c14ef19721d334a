import { fromJson } from '#platform/database/json-column.ts';
import type { Directory } from '#platform/directory/directory.ts';

/**
 * What a cell needs, told from the directory's own tables in the plainest way: the ports of its servers, their groups, and the ports that have
 * a group which a rule of those groups names as remote; the networks of its servers' ports, the routers with an interface in these, and the
 * networks of those routers. `kind id generation`, sorted.
 */
export async function needsOf({ read }: Directory, cellId: string): Promise<readonly string[]> {
  const homes = await read.selectFrom('instance_homes').select(['uuid', 'cell_id']).execute();
  const rules = await read.selectFrom('security_group_rules').select(['group_id', 'remote_group_id']).execute();
  const groups = await read.selectFrom('security_groups').select(['id', 'revision']).execute();
  const rows = await read
    .selectFrom('ports')
    .select(['id', 'device_id', 'network_id', 'security_group_ids', 'revision'])
    .execute();
  const carriers = await carriersOfSubports(read);
  const serverOf = (id: string) => rows.find((row) => row.id === (carriers.get(id) ?? id))?.device_id;
  const ports = rows.map((row) => ({
    ...row,
    cellId: homes.find(({ uuid }) => uuid === serverOf(row.id))?.cell_id ?? null,
    groupIds: fromJson<string[]>(row.security_group_ids),
  }));
  const own = ports.filter((port) => port.cellId === cellId);
  const ownGroups = new Set(own.flatMap(({ groupIds }) => groupIds));
  const remotes = new Set(rules.filter((rule) => ownGroups.has(rule.group_id)).map((rule) => rule.remote_group_id));
  const needed = ports.filter((port) => port.cellId === cellId || port.groupIds.some((id) => remotes.has(id)));
  const routed = await routedNetworks(read, new Set(own.map(({ network_id }) => network_id)));
  return [
    ...routed,
    ...groups.filter(({ id }) => ownGroups.has(id)).map(({ id, revision }) => `group ${id} ${revision}`),
    ...needed.map(({ id, revision }) => `port ${id} ${revision}`),
  ].sort();
}

/** By subport: the parent of its trunk. */
async function carriersOfSubports(read: Directory['read']): Promise<ReadonlyMap<string, string>> {
  const trunks = await read.selectFrom('trunks').select(['id', 'port_id']).execute();
  const subports = await read.selectFrom('subports').selectAll().execute();
  const parents = new Map(trunks.map(({ id, port_id }) => [id, port_id]));
  return new Map(subports.map(({ port_id, trunk_id }) => [port_id, parents.get(trunk_id) ?? '']));
}

async function routedNetworks(read: Directory['read'], own: ReadonlySet<string>): Promise<readonly string[]> {
  const networks = await read.selectFrom('networks').select(['id', 'revision']).execute();
  const interfaces = await read.selectFrom('router_interfaces').selectAll().execute();
  const joined = new Set(interfaces.filter((one) => own.has(one.network_id)).map(({ router_id }) => router_id));
  const routers = (await read.selectFrom('routers').selectAll().execute()).filter(({ id }) => joined.has(id));
  const theirs = interfaces.filter(({ router_id }) => joined.has(router_id)).map(({ network_id }) => network_id);
  const needed = new Set([...own, ...theirs, ...routers.map(({ gateway_network_id }) => gateway_network_id)]);
  return [
    ...networks.filter(({ id }) => needed.has(id)).map(({ id, revision }) => `network ${id} ${revision}`),
    ...routers.map(({ id, generation }) => `router ${id} ${generation}`),
  ];
}
