import { sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { flag, json, moment, recordTable } from '../../database/record-table.ts';
import { updateRows } from '../../database/write-rows.ts';
import { changedMeanwhile } from '../../errors/changed-meanwhile.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { RoutersTable } from '../schema/routers.ts';
import type { DirectoryTables } from '../tables.ts';
import { noteDeleted } from './definitions/note-deleted.ts';
import { EVERYTHING, type Listing, listRecords, ofProject } from './listing.ts';
import type { NetworkViewer } from './networks.ts';

type Read = Reader<DirectoryTables>;

/** See schema/routers.ts for what the members mean. */
export interface RouterRecord {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly adminStateUp: boolean;
  readonly gatewayNetworkId: string | null;
  readonly gatewayPortId: string | null;
  readonly enableSnat: boolean;
  readonly routes: readonly { readonly destination: string; readonly nexthop: string }[];
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly revision: number;
  readonly generation: number;
}

/** `announced` is the road's own (definitions/announce.ts). */
const ROUTERS = recordTable<RouterRecord, Omit<RoutersTable, 'announced'>>('routers')({
  id: 'id',
  projectId: 'project_id',
  name: 'name',
  description: 'description',
  adminStateUp: flag('admin_state_up'),
  gatewayNetworkId: 'gateway_network_id',
  gatewayPortId: 'gateway_port_id',
  enableSnat: flag('enable_snat'),
  routes: json('routes'),
  tags: json('tags'),
  createdAt: moment('created_at'),
  updatedAt: moment('updated_at'),
  revision: 'revision',
  generation: 'generation',
});

export const listRouters = (
  read: Read,
  viewer: NetworkViewer,
  listing: Listing<keyof RouterRecord> = EVERYTHING,
): Promise<readonly RouterRecord[]> => listRecords(read, ROUTERS, listing, ofProject(viewer));

/** @throws VolvoxError not-found also when the viewer may not know of it. */
export async function getRouter(read: Read, viewer: NetworkViewer, id: string): Promise<RouterRecord> {
  const [router] = await listRouters(read, viewer, { ...EVERYTHING, filters: [{ member: 'id', anyOf: [id] }] });
  if (router !== undefined) return router;
  throw new VolvoxError('not-found', `Router ${id} could not be found`, { details: { type: 'RouterNotFound' } });
}

/** The router as it is under its lock, which ends with the transaction. @throws VolvoxError not-found also when the viewer may not know of it. */
export async function lockRouter(tx: DirectoryTx, viewer: NetworkViewer, id: string): Promise<RouterRecord> {
  await getRouter(tx, viewer, id);
  await tx.selectFrom('routers').select('id').where('id', '=', id).forUpdate().execute();
  return getRouter(tx, viewer, id);
}

export async function insertRouter(tx: DirectoryTx, router: RouterRecord): Promise<void> {
  await tx.insertInto('routers').values(ROUTERS.toRow(router)).execute();
}

/** Changes a router, under a new revision and a new generation. @throws VolvoxError conflict when somebody changed it since it was read. */
export async function updateRouter(
  tx: DirectoryTx,
  read: RouterRecord,
  changes: Partial<Omit<RouterRecord, 'id' | 'revision' | 'generation'>>,
): Promise<void> {
  const { id, revision } = read;
  const columns = ROUTERS.toColumns({ ...changes, revision: revision + 1 });
  if ((await updateRows(tx, 'routers', { id, revision }, columns)) === 0) throw changedMeanwhile(`Router ${id}`);
  await noteRouterChanged(tx, [id]);
}

/** The definitions of these routers have changed: cells that need them are told. Locks their rows. */
export async function noteRouterChanged(tx: DirectoryTx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable('routers')
    .set((eb) => ({ generation: eb('generation', '+', 1), announced: 0 }))
    .where('id', 'in', [...new Set(ids)].sort())
    .execute();
}

/** Writes down the status of a router's ports; the transaction has locked the router. A port is active while both are switched on. */
export async function settlePortsOfRouter(
  tx: DirectoryTx,
  { id, adminStateUp }: Pick<RouterRecord, 'id' | 'adminStateUp'>,
): Promise<void> {
  await tx
    .updateTable('ports')
    .set({ status: adminStateUp ? sql<string>`CASE admin_state_up WHEN 1 THEN 'ACTIVE' ELSE 'DOWN' END` : 'DOWN' })
    .where('device_id', '=', id)
    .where('device_owner', 'in', ['network:router_interface', 'network:router_gateway'])
    .execute();
}

/** Whether a router has its gateway on the network. */
export async function isGatewayNetwork(read: Read, networkId: string): Promise<boolean> {
  const query = read.selectFrom('routers').select('id').where('gateway_network_id', '=', networkId).limit(1);
  return (await query.executeTakeFirst()) !== undefined;
}

/** Deletes a router, whose interfaces and gateway are gone. */
export async function deleteRouter(tx: DirectoryTx, id: string): Promise<void> {
  await tx.deleteFrom('routers').where('id', '=', id).execute();
  await noteDeleted(tx, 'router', [id]);
}

/** A port of a router on a network. */
interface RouterInterface {
  readonly portId: string;
  readonly routerId: string;
  readonly networkId: string;
}

const fromRow = (row: { port_id: string; router_id: string; network_id: string }): RouterInterface => ({
  ...{ portId: row.port_id, routerId: row.router_id, networkId: row.network_id },
});

/** In the order of their ports. */
export async function interfacesOfRouters(
  read: Read,
  routerIds: readonly string[],
): Promise<readonly RouterInterface[]> {
  if (routerIds.length === 0) return [];
  const query = read
    .selectFrom('router_interfaces')
    .selectAll()
    .where('router_id', 'in', [...routerIds]);
  return (await query.orderBy('port_id').execute()).map(fromRow);
}

/** The caller notes the change of the router. */
export async function insertInterface(
  tx: DirectoryTx,
  { portId, routerId, networkId }: RouterInterface,
): Promise<void> {
  await tx
    .insertInto('router_interfaces')
    .values({ port_id: portId, router_id: routerId, network_id: networkId })
    .execute();
}

/** The caller notes the change of the router, and deletes the port. */
export async function deleteInterface(tx: DirectoryTx, portId: string): Promise<void> {
  await tx.deleteFrom('router_interfaces').where('port_id', '=', portId).execute();
}
