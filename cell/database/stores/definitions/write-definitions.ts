import { toJson } from '#platform/database/json-column.ts';
import type {
  GroupDefinition,
  NetworkDefinition,
  PortDefinition,
  RouterDefinition,
} from '#platform/objects/definitions.ts';
import type { CellTx } from '../../cell-database.ts';

/** Each takes the ids of all that are new or gone, and what is new. */
export async function replaceGroups(
  tx: CellTx,
  ids: readonly string[],
  groups: readonly GroupDefinition[],
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .deleteFrom('defined_groups')
    .where('id', 'in', [...ids])
    .execute();
  await tx
    .deleteFrom('defined_remotes')
    .where('group_id', 'in', [...ids])
    .execute();
  if (groups.length === 0) return;
  await tx
    .insertInto('defined_groups')
    .values(groups.map(({ id, generation, rules }) => ({ id, generation, rules: toJson(rules) })))
    .execute();
  const remotes = groups.flatMap(({ id, rules }) =>
    [...new Set(rules.map(({ remoteGroupId }) => remoteGroupId).filter((remote) => remote !== null))].map((remote) => ({
      group_id: id,
      remote_id: remote,
    })),
  );
  if (remotes.length > 0) await tx.insertInto('defined_remotes').values(remotes).execute();
}

export async function replacePorts(
  tx: CellTx,
  ids: readonly string[],
  ports: readonly PortDefinition[],
): Promise<void> {
  await replaceContents(
    tx,
    'defined_ports',
    ids,
    ports.map(({ kind: _kind, id, generation, server: _server, ...content }) => ({ id, generation, content })),
  );
}

export async function replaceNetworks(
  tx: CellTx,
  ids: readonly string[],
  networks: readonly NetworkDefinition[],
): Promise<void> {
  await replaceContents(
    tx,
    'defined_networks',
    ids,
    networks.map(({ id, generation, network }) => ({ id, generation, content: network })),
  );
}

/** With the networks of each. */
export async function replaceRouters(
  tx: CellTx,
  ids: readonly string[],
  routers: readonly RouterDefinition[],
): Promise<void> {
  await replaceContents(
    tx,
    'defined_routers',
    ids,
    routers.map(({ kind, id, generation, ...content }) => ({ id, generation, content })),
  );
  if (ids.length === 0) return;
  await tx
    .deleteFrom('defined_router_networks')
    .where('router_id', 'in', [...ids])
    .execute();
  const rows = routers.flatMap(({ id, interfaces, gateway }) => [
    ...[...new Set(interfaces.map(({ networkId }) => networkId))].map((network_id) => ({
      ...{ router_id: id, network_id, is_gateway: 0 },
    })),
    ...(gateway === null ? [] : [{ router_id: id, network_id: gateway.networkId, is_gateway: 1 }]),
  ]);
  if (rows.length > 0) await tx.insertInto('defined_router_networks').values(rows).execute();
}

async function replaceContents(
  tx: CellTx,
  table: 'defined_networks' | 'defined_ports' | 'defined_routers',
  ids: readonly string[],
  rows: readonly { readonly id: string; readonly generation: number; readonly content: object }[],
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .deleteFrom(table)
    .where('id', 'in', [...ids])
    .execute();
  if (rows.length === 0) return;
  await tx
    .insertInto(table)
    .values(rows.map(({ id, generation, content }) => ({ id, generation, content: toJson(content) })))
    .execute();
}
