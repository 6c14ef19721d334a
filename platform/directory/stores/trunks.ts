import type { Reader } from '../../database/database.ts';
import { flag, json, moment, recordTable } from '../../database/record-table.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { updateRows } from '../../database/write-rows.ts';
import { changedMeanwhile } from '../../errors/changed-meanwhile.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { TrunksTable } from '../schema/trunks.ts';
import type { DirectoryTables } from '../tables.ts';
import { EVERYTHING, type Listing, listRecords, ofProject } from './listing.ts';
import type { NetworkViewer } from './networks.ts';

type Read = Reader<DirectoryTables>;

/** The owner of a port that is a subport; its device is the trunk. */
export const SUBPORT_OWNER = 'trunk:subport';

/** See schema/trunks.ts for what the members mean. */
export interface TrunkRecord {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly adminStateUp: boolean;
  readonly portId: string;
  readonly status: TrunksTable['status'];
  readonly lookedAt: number;
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly revision: number;
}

const TRUNKS = recordTable<TrunkRecord, TrunksTable>('trunks')({
  id: 'id',
  projectId: 'project_id',
  name: 'name',
  description: 'description',
  adminStateUp: flag('admin_state_up'),
  portId: 'port_id',
  status: 'status',
  lookedAt: 'looked_at',
  tags: json('tags'),
  createdAt: moment('created_at'),
  updatedAt: moment('updated_at'),
  revision: 'revision',
});

export const listTrunks = (
  read: Read,
  viewer: NetworkViewer,
  listing: Listing<keyof TrunkRecord> = EVERYTHING,
): Promise<readonly TrunkRecord[]> => listRecords(read, TRUNKS, listing, ofProject(viewer));

/** @throws VolvoxError not-found also when the viewer may not know of it. */
export async function getTrunk(read: Read, viewer: NetworkViewer, id: string): Promise<TrunkRecord> {
  const [trunk] = await listTrunks(read, viewer, { ...EVERYTHING, filters: [{ member: 'id', anyOf: [id] }] });
  if (trunk !== undefined) return trunk;
  throw new VolvoxError('not-found', `Trunk ${id} could not be found.`, { details: { type: 'TrunkNotFound' } });
}

/**
 * The trunk as it is under its lock, which ends with the transaction. Who also locks ports locks the trunk first, then its parent, then subports.
 * @throws VolvoxError not-found also when the viewer may not know of it.
 */
export async function lockTrunk(tx: DirectoryTx, viewer: NetworkViewer, id: string): Promise<TrunkRecord> {
  await getTrunk(tx, viewer, id);
  await tx.selectFrom('trunks').select('id').where('id', '=', id).forUpdate().execute();
  return getTrunk(tx, viewer, id);
}

/** The caller has locked the parent. @throws VolvoxError conflict when the port is the parent of another trunk. */
export async function insertTrunk(tx: DirectoryTx, trunk: TrunkRecord): Promise<void> {
  try {
    await tx.insertInto('trunks').values(TRUNKS.toRow(trunk)).execute();
  } catch (error) {
    if (!isDuplicate(error, 'trunks_port')) throw error;
    throw parentInUse(trunk.portId);
  }
}

export const parentInUse = (portId: string): VolvoxError =>
  new VolvoxError('conflict', `Port ${portId} is currently in use and is not eligible for use as a parent port.`, {
    details: { type: 'ParentPortInUse' },
  });

/** Changes a trunk, under a new revision. @throws VolvoxError conflict when somebody changed it since it was read. */
export async function updateTrunk(
  tx: DirectoryTx,
  read: Pick<TrunkRecord, 'id' | 'revision'>,
  changes: Partial<Omit<TrunkRecord, 'id' | 'revision'>>,
): Promise<void> {
  const { id, revision } = read;
  const columns = TRUNKS.toColumns({ ...changes, revision: revision + 1 });
  if ((await updateRows(tx, 'trunks', { id, revision }, columns)) === 0) throw changedMeanwhile(`Trunk ${id}`);
}

/** Deletes a trunk whose subports are gone. */
export async function deleteTrunk(tx: DirectoryTx, id: string): Promise<void> {
  await tx.deleteFrom('trunks').where('id', '=', id).execute();
}

/** The trunks of which these ports are the parents. */
export async function trunksOfParents(read: Read, portIds: readonly string[]): Promise<readonly TrunkRecord[]> {
  if (portIds.length === 0) return [];
  const filters = [{ member: 'portId', anyOf: [...portIds] }] as const;
  return listTrunks(read, { projectId: '', isAdmin: true }, { ...EVERYTHING, filters });
}

/** The trunk of which a port is a subport; null: of none. */
export async function trunkOfSubport(read: Read, portId: string): Promise<TrunkRecord | null> {
  const row = await read.selectFrom('subports').select('trunk_id').where('port_id', '=', portId).executeTakeFirst();
  if (row === undefined) return null;
  return getTrunk(read, { projectId: '', isAdmin: true }, row.trunk_id);
}

/** A subport as its trunk shows it. */
export interface SubportRecord {
  readonly portId: string;
  readonly trunkId: string;
  readonly segmentationId: number;
  readonly mac: string;
}

/** Of these trunks, in the order of their segments. */
export async function subportsOfTrunks(read: Read, trunkIds: readonly string[]): Promise<readonly SubportRecord[]> {
  if (trunkIds.length === 0) return [];
  const rows = await read
    .selectFrom('subports')
    .innerJoin('ports', 'ports.id', 'subports.port_id')
    .select(['subports.port_id', 'subports.trunk_id', 'subports.segmentation_id', 'ports.mac'])
    .where('subports.trunk_id', 'in', [...trunkIds])
    .orderBy('subports.trunk_id')
    .orderBy('subports.segmentation_id')
    .execute();
  return rows.map(({ port_id, trunk_id, segmentation_id, mac }) => ({
    ...{ portId: port_id, trunkId: trunk_id, segmentationId: segmentation_id, mac },
  }));
}

/** The caller has locked the trunk, and writes the rows of the ports. */
export async function insertSubports(
  tx: DirectoryTx,
  trunkId: string,
  subports: readonly Pick<SubportRecord, 'portId' | 'segmentationId'>[],
): Promise<void> {
  if (subports.length === 0) return;
  await tx
    .insertInto('subports')
    .values(
      subports.map(({ portId, segmentationId }) => ({
        ...{ port_id: portId, trunk_id: trunkId, segmentation_id: segmentationId },
      })),
    )
    .execute();
}

/** The caller has locked the trunk, and writes the rows of the ports. */
export async function deleteSubports(tx: DirectoryTx, portIds: readonly string[]): Promise<void> {
  if (portIds.length === 0) return;
  await tx
    .deleteFrom('subports')
    .where('port_id', 'in', [...portIds])
    .execute();
}
