import type { DirectoryTx } from '../../directory.ts';
import { cellsOfNetworks } from './cells-of-networks.ts';
import type { Due } from './due.ts';
import { dueByNetworks, type RouterNetworks } from './due-by-networks.ts';

interface ChangedNetworks {
  /** Ports that have changed, each with the cell of its server (empty: none), and those that were deleted. */
  readonly ports: readonly { readonly id: string; readonly networkId: string; readonly cellId: string }[];
  readonly gonePorts: readonly string[];
  readonly networks: readonly string[];
  /** Also those that were deleted. */
  readonly routers: readonly string[];
}

/** What of networks and routers these changes make due. Writes down who has which network from now on; the caller has the turn. */
export async function dueOfNetworks(
  tx: DirectoryTx,
  { ports, gonePorts, networks, routers }: ChangedNetworks,
): Promise<readonly Due[]> {
  const after = ports.filter(({ cellId }) => cellId !== '');
  const before = await portNetworks(tx, [...ports.map(({ id }) => id), ...gonePorts]);
  const moved = differing(before, after);
  const touched = [...moved.before, ...moved.after].map(({ networkId }) => networkId);
  if (touched.length + networks.length + routers.length === 0) return [];

  const joining = await routersOf(tx, touched, networks);
  const asAnnounced = await announcedNetworks(tx, [...new Set([...joining, ...routers])]);
  const asTheyAre = await presentNetworks(tx, routers);
  const routersAfter = new Map([...asAnnounced].filter(([id]) => !routers.includes(id)).concat([...asTheyAre]));
  const all = [...touched, ...networks, ...[...asAnnounced, ...asTheyAre].flatMap(([, own]) => networksOf(own))];
  const wereIn = await cellsOfNetworks(tx, all);
  await replacePortNetworks(tx, moved);
  await replaceRouterNetworks(tx, routers, asTheyAre);
  const due = dueByNetworks({
    before: { cells: wereIn, routers: asAnnounced },
    after: { cells: await cellsOfNetworks(tx, all), routers: routersAfter },
    changed: new Set([...networks, ...routers]),
  });
  // The cell that a port has left, also when the port has no group.
  return [...due, ...moved.before.map(({ cellId, id }) => ({ cellId, kind: 'port' as const, id }))];
}

interface PortNetwork {
  readonly id: string;
  readonly networkId: string;
  readonly cellId: string;
}

async function portNetworks(tx: DirectoryTx, portIds: readonly string[]): Promise<readonly PortNetwork[]> {
  if (portIds.length === 0) return [];
  const rows = await tx
    .selectFrom('port_networks')
    .selectAll()
    .where('port_id', 'in', [...portIds])
    .execute();
  return rows.map(({ port_id, network_id, cell_id }) => ({ id: port_id, networkId: network_id, cellId: cell_id }));
}

interface Moved {
  readonly before: readonly PortNetwork[];
  readonly after: readonly PortNetwork[];
}

/** Without those that are as they were. */
function differing(before: readonly PortNetwork[], after: readonly PortNetwork[]): Moved {
  const keyOf = ({ id, networkId, cellId }: PortNetwork) => `${id} ${networkId} ${cellId}`;
  const [were, are] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))];
  return {
    before: before.filter((one) => !are.has(keyOf(one))),
    after: after.filter((one) => !were.has(keyOf(one))),
  };
}

/** The routers, as last announced, that have an interface in one of the first, or one of the others in any way. */
async function routersOf(
  tx: DirectoryTx,
  joinedTo: readonly string[],
  having: readonly string[],
): Promise<readonly string[]> {
  const rows = [];
  if (joinedTo.length > 0)
    rows.push(
      ...(await tx
        .selectFrom('router_networks')
        .select('router_id')
        .distinct()
        .where('network_id', 'in', [...new Set(joinedTo)])
        .where('is_gateway', '=', 0)
        .execute()),
    );
  if (having.length > 0)
    rows.push(
      ...(await tx
        .selectFrom('router_networks')
        .select('router_id')
        .distinct()
        .where('network_id', 'in', [...having])
        .execute()),
    );
  return rows.map(({ router_id }) => router_id);
}

async function announcedNetworks(
  tx: DirectoryTx,
  routerIds: readonly string[],
): Promise<ReadonlyMap<string, RouterNetworks>> {
  if (routerIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('router_networks')
    .selectAll()
    .where('router_id', 'in', [...routerIds])
    .execute();
  return new Map(
    [...Map.groupBy(rows, ({ router_id }) => router_id)].map(([id, own]) => [
      id,
      {
        interfaces: own.filter(({ is_gateway }) => is_gateway === 0).map(({ network_id }) => network_id),
        gateway: own.find(({ is_gateway }) => is_gateway === 1)?.network_id ?? null,
      },
    ]),
  );
}

/** Of those that there are. */
async function presentNetworks(
  tx: DirectoryTx,
  routerIds: readonly string[],
): Promise<ReadonlyMap<string, RouterNetworks>> {
  if (routerIds.length === 0) return new Map();
  const routers = await tx
    .selectFrom('routers')
    .select(['id', 'gateway_network_id'])
    .where('id', 'in', [...routerIds])
    .execute();
  const rows = await tx
    .selectFrom('router_interfaces')
    .select(['router_id', 'network_id'])
    .where('router_id', 'in', [...routerIds])
    .execute();
  const interfaces = Map.groupBy(rows, ({ router_id }) => router_id);
  return new Map(
    routers.map(({ id, gateway_network_id }) => [
      id,
      {
        interfaces: [...new Set((interfaces.get(id) ?? []).map(({ network_id }) => network_id))],
        gateway: gateway_network_id,
      },
    ]),
  );
}

const networksOf = ({ interfaces, gateway }: RouterNetworks): readonly string[] =>
  gateway === null ? interfaces : [...interfaces, gateway];

async function replacePortNetworks(tx: DirectoryTx, { before, after }: Moved): Promise<void> {
  if (before.length > 0)
    await tx
      .deleteFrom('port_networks')
      .where(
        'port_id',
        'in',
        before.map(({ id }) => id),
      )
      .execute();
  if (after.length > 0)
    await tx
      .insertInto('port_networks')
      .values(after.map(({ id, networkId, cellId }) => ({ port_id: id, network_id: networkId, cell_id: cellId })))
      .execute();
}

async function replaceRouterNetworks(
  tx: DirectoryTx,
  routerIds: readonly string[],
  present: ReadonlyMap<string, RouterNetworks>,
): Promise<void> {
  if (routerIds.length === 0) return;
  await tx
    .deleteFrom('router_networks')
    .where('router_id', 'in', [...routerIds])
    .execute();
  const rows = [...present].flatMap(([router_id, { interfaces, gateway }]) => [
    ...interfaces.map((network_id) => ({ router_id, network_id, is_gateway: 0 })),
    ...(gateway === null ? [] : [{ router_id, network_id: gateway, is_gateway: 1 }]),
  ]);
  if (rows.length > 0) await tx.insertInto('router_networks').values(rows).execute();
}
