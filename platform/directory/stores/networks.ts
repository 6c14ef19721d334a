import { type RawBuilder, sql } from 'kysely';
import { changedMeanwhile } from '#platform/errors/changed-meanwhile.ts';
import type { Reader } from '../../database/database.ts';
import { insertOnce } from '../../database/insert-once.ts';
import { sqlTime } from '../../database/json-column.ts';
import { flag, json, moment, recordTable } from '../../database/record-table.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { updateRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { NetworksTable } from '../schema/networks.ts';
import type { DirectoryTables } from '../tables.ts';
import { noteDeleted } from './definitions/note-deleted.ts';
import { anySegment, freeSegment } from './free-segment.ts';
import { EVERYTHING, type Listing, listRecords } from './listing.ts';
import { requireOwnRangesOf } from './outside-ranges.ts';
import {
  deletePoliciesOf,
  EVERY_PROJECT,
  externalIds,
  sharedIds,
  sharedOf,
  shareWithEveryProject,
  unshare,
} from './rbac-policies.ts';

type Read = Reader<DirectoryTables>;

/** See schema/networks.ts for what the members mean. */
export interface NetworkRecord {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly adminStateUp: boolean;
  readonly shared: boolean;
  readonly external: boolean;
  readonly mtu: number;
  readonly segmentType: NetworksTable['segment_type'];
  readonly physicalNetwork: string | null;
  readonly segmentId: number | null;
  readonly portSecurityEnabled: boolean;
  readonly qosPolicyId: string | null;
  readonly dnsDomain: string;
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly revision: number;
}

/** `announced` is the road's own (definitions/announce.ts). */
const NETWORKS = recordTable<NetworkRecord, Omit<NetworksTable, 'announced'>>('networks')({
  id: 'id',
  projectId: 'project_id',
  name: 'name',
  description: 'description',
  adminStateUp: flag('admin_state_up'),
  shared: flag('shared'),
  external: flag('external'),
  mtu: 'mtu',
  segmentType: 'segment_type',
  physicalNetwork: 'physical_network',
  segmentId: 'segment_id',
  portSecurityEnabled: flag('port_security_enabled'),
  qosPolicyId: 'qos_policy_id',
  dnsDomain: 'dns_domain',
  tags: json('tags'),
  createdAt: moment('created_at'),
  updatedAt: moment('updated_at'),
  revision: 'revision',
});

/** Who looks. An admin sees every project's networks; others their own, the shared ones, and those that lead outside. */
export interface NetworkViewer {
  readonly projectId: string;
  readonly isAdmin: boolean;
}

/** Who sees an external network may not yet plug a port into it: `authorizePort`, `resolveNetworks`. */
const visible = (viewer: NetworkViewer): RawBuilder<unknown>[] =>
  viewer.isAdmin
    ? []
    : [sql`(${usable(viewer.projectId)} OR (external = 1 AND id IN ${externalIds(viewer.projectId)}))`];

/** What the project may plug ports into: its own, and what is shared with it. */
const usable = (projectId: string): RawBuilder<unknown> =>
  sql`(project_id = ${projectId} OR shared = 1 OR id IN ${sharedIds('network', projectId)})`;

/** `shared` of what one project shares with the viewer's alone is true for that viewer. */
export async function listNetworks(
  read: Read,
  viewer: NetworkViewer,
  listing: Listing<keyof NetworkRecord> = EVERYTHING,
): Promise<readonly NetworkRecord[]> {
  const networks = await listRecords(read, NETWORKS, listing, visible(viewer));
  if (viewer.isAdmin) return networks;
  const foreign = networks.filter(({ projectId, shared }) => projectId !== viewer.projectId && !shared);
  const ids = foreign.map(({ id }) => id);
  const shared = await sharedOf(read, 'network', viewer.projectId, ids);
  return shared.size === 0
    ? networks
    : networks.map((network) => (shared.has(network.id) ? { ...network, shared: true } : network));
}

/** The domains of these networks, by their ids. */
export async function domainsOfNetworks(read: Read, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const query = read.selectFrom('networks').select(['id', 'dns_domain']);
  const rows = await query.where('id', 'in', [...new Set(ids)]).execute();
  return new Map(rows.map((row) => [row.id, row.dns_domain]));
}

/** The networks among which a server of the project that names none finds its own: the project's, and the shared ones. */
export const networksForServers = (read: Read, projectId: string): Promise<readonly NetworkRecord[]> =>
  listRecords(read, NETWORKS, EVERYTHING, [usable(projectId)]);

/** @throws VolvoxError not-found also when the viewer may not know of it. */
export async function getNetwork(read: Read, viewer: NetworkViewer, id: string): Promise<NetworkRecord> {
  const [network] = await listNetworks(read, viewer, { ...EVERYTHING, filters: [{ member: 'id', anyOf: [id] }] });
  if (network === undefined) throw networkNotFound(id);
  return network;
}

/** The network as it is under its lock, which ends with the transaction. @throws VolvoxError not-found also when the viewer may not know of it. */
export async function lockNetwork(tx: DirectoryTx, viewer: NetworkViewer, id: string): Promise<NetworkRecord> {
  await getNetwork(tx, viewer, id);
  await lockNetworkAlone(tx, id);
  return getNetwork(tx, viewer, id);
}

const networkNotFound = (id: string): VolvoxError =>
  new VolvoxError('not-found', `Network ${id} could not be found.`, { details: { type: 'NetworkNotFound' } });

/**
 * @returns them with their segments: one of VLAN or VXLAN that has no id gets a free one.
 * @throws VolvoxError conflict when a segment is another network's, or none is free.
 */
export async function insertNetworks(
  tx: DirectoryTx,
  networks: readonly NetworkRecord[],
): Promise<readonly NetworkRecord[]> {
  const inserted: NetworkRecord[] = [];
  for (const network of networks) {
    inserted.push(await insertNetwork(tx, network));
    await writePolicies(tx, network, network);
  }
  return inserted;
}

async function insertNetwork(tx: DirectoryTx, network: NetworkRecord): Promise<NetworkRecord> {
  const { segmentType } = network;
  if (segmentType === 'flat' || network.segmentId !== null) {
    await tx.insertInto('networks').values(NETWORKS.toRow(network)).execute().catch(segmentInUse);
    return network;
  }
  // Somebody may take the same one at the same moment: only the key decides.
  for (let tries = 0; tries < SEGMENT_TRIES; tries++) {
    const look = tries > 0 ? freeSegment(tx, segmentType, network.physicalNetwork) : anySegment(segmentType);
    const free = { ...network, segmentId: await look };
    if (await insertOnce(tx.insertInto('networks').values(NETWORKS.toRow(free)))) return free;
  }
  throw new VolvoxError('conflict', `Unable to create the network. No ${segmentType} segment is free.`, {
    details: { type: 'NoNetworkAvailable' },
  });
}

/** Each fails only when somebody has just taken the same number. */
const SEGMENT_TRIES = 20;

/**
 * @throws VolvoxError conflict when somebody changed it since it was read, the segment is another network's, or it becomes external with a
 * range that another external network has.
 */
export async function updateNetwork(
  tx: DirectoryTx,
  read: NetworkRecord,
  changes: Partial<Omit<NetworkRecord, 'id' | 'revision'>>,
): Promise<void> {
  const { id, revision } = read;
  if (changes.external === true && !read.external) await requireOwnRangesOf(tx, id);
  const updated = updateRows(
    tx,
    'networks',
    { id, revision },
    { ...NETWORKS.toColumns({ ...changes, revision: revision + 1 }), announced: 0 },
  );
  if ((await updated.catch(segmentInUse)) === 0) throw changedMeanwhile(`Network ${id}`);
  await writePolicies(tx, read, {
    ...(changes.shared === read.shared ? {} : { shared: changes.shared }),
    ...(changes.external === read.external ? {} : { external: changes.external }),
  });
}

/** A network that becomes shared, or leads outside, has a policy for every project; one that ceases has none. */
async function writePolicies(
  tx: DirectoryTx,
  { id, projectId }: Pick<NetworkRecord, 'id' | 'projectId'>,
  { shared, external }: { readonly shared?: boolean | undefined; readonly external?: boolean | undefined },
): Promise<void> {
  const asShared = { objectType: 'network', objectId: id, action: 'access_as_shared' } as const;
  const asExternal = { ...asShared, action: 'access_as_external' } as const;
  if (shared === true) await shareWithEveryProject(tx, projectId, asShared);
  if (shared === false) await unshare(tx, asShared, EVERY_PROJECT);
  if (external === true) await shareWithEveryProject(tx, projectId, asExternal);
  if (external === false) await unshare(tx, asExternal);
}

/**
 * What policies make of a locked network, under a new revision when it changes. @throws VolvoxError conflict when it becomes external with a
 * range that another external network has.
 */
export async function setNetworkSharing(
  tx: DirectoryTx,
  id: string,
  change: { readonly shared: boolean } | { readonly external: boolean },
  now: string,
): Promise<void> {
  const [column, value] =
    'shared' in change ? (['shared', change.shared] as const) : (['external', change.external] as const);
  const row = await tx.selectFrom('networks').select(column).where('id', '=', id).executeTakeFirst();
  if (row === undefined || row[column] === Number(value)) return;
  if (column === 'external' && value) await requireOwnRangesOf(tx, id);
  await tx
    .updateTable('networks')
    .set({ [column]: Number(value) })
    .where('id', '=', id)
    .execute();
  await raiseNetworkRevision(tx, id, now);
}

/** A new revision of a network whose subnets change. */
export async function raiseNetworkRevision(tx: DirectoryTx, id: string, now: string): Promise<void> {
  await tx
    .updateTable('networks')
    .set((eb) => ({ updated_at: sqlTime(now), revision: eb('revision', '+', 1), announced: 0 }))
    .where('id', '=', id)
    .execute();
}

function segmentInUse(error: unknown): never {
  if (!isDuplicate(error, 'networks_segment')) throw error;
  throw new VolvoxError('conflict', 'Unable to create the network. The segment is in use by another network.', {
    details: { type: 'VlanIdInUse' },
  });
}

/**
 * Deletes a network with its subnets. @throws VolvoxError conflict while a port is on it. The lock on the row keeps ports from being
 * made meanwhile (`lockNetworks`).
 */
export async function deleteNetwork(tx: DirectoryTx, id: string): Promise<void> {
  await tx.selectFrom('networks').select('id').where('id', '=', id).forUpdate().execute();
  const port = await tx.selectFrom('ports').select('id').where('network_id', '=', id).limit(1).executeTakeFirst();
  if (port !== undefined) {
    throw new VolvoxError(
      'conflict',
      `Unable to complete operation on network ${id}. There are one or more ports still in use on the network. Delete or detach them first.`,
      { details: { type: 'NetworkInUse' } },
    );
  }
  const subnets = await tx.selectFrom('subnets').select('id').where('network_id', '=', id).execute();
  const ids = subnets.map((subnet) => subnet.id);
  if (ids.length > 0) {
    await tx.deleteFrom('free_addresses').where('subnet_id', 'in', ids).execute();
    await tx.deleteFrom('address_allocations').where('subnet_id', 'in', ids).execute();
    await tx.deleteFrom('subnets').where('id', 'in', ids).execute();
  }
  await tx.deleteFrom('networks').where('id', '=', id).execute();
  await deletePoliciesOf(tx, 'network', id);
  await noteDeleted(tx, 'network', [id]);
}

/** Keeps networks and their subnets from being deleted before the transaction ends. @throws VolvoxError not-found */
export async function lockNetworks(tx: DirectoryTx, ids: readonly string[]): Promise<void> {
  const unique = [...new Set(ids)].sort();
  if (unique.length === 0) return;
  const rows = await tx
    .selectFrom('networks')
    .select('id')
    .where('id', 'in', unique)
    .modifyEnd(sql`lock in share mode`)
    .execute();
  const gone = unique.find((id) => !rows.some((row) => row.id === id));
  if (gone !== undefined) throw networkNotFound(gone);
}

/** Whoever changes the subnets of a network goes one after the other. @throws VolvoxError not-found when it has gone. */
export async function lockNetworkAlone(tx: DirectoryTx, id: string): Promise<void> {
  const row = await tx.selectFrom('networks').select('id').where('id', '=', id).forUpdate().executeTakeFirst();
  if (row === undefined) throw networkNotFound(id);
}
