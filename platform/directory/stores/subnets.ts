import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { updateRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import { parseIp } from '../../objects/ip-address.ts';
import type { DirectoryTx } from '../directory.ts';
import type { SubnetsTable } from '../schema/networks.ts';
import type { DirectoryTables } from '../tables.ts';
import type { AddressRange } from './addresses.ts';
import { EVERYTHING, type Listing, listRows } from './listing.ts';
import type { NetworkViewer } from './networks.ts';

type Read = Reader<DirectoryTables>;
export type SubnetRow = Selectable<SubnetsTable>;

export interface AllocationPool {
  readonly start: string;
  readonly end: string;
}

/** A pool's bounds as numbers; what was stored is well-formed. */
export const poolRanges = (pools: readonly AllocationPool[]): AddressRange[] =>
  pools.map(({ start, end }) => ({ first: parseIp(start)?.value ?? 0n, last: parseIp(end)?.value ?? -1n }));

const visible = (viewer: NetworkViewer): RawBuilder<unknown>[] =>
  viewer.isAdmin
    ? []
    : [sql`(project_id = ${viewer.projectId} OR network_id IN (SELECT id FROM networks WHERE shared = 1))`];

export const listSubnets = (
  read: Read,
  viewer: NetworkViewer,
  listing: Listing = EVERYTHING,
): Promise<readonly SubnetRow[]> => listRows<SubnetRow>(read, 'subnets', listing, visible(viewer));

/** @throws VolvoxError not-found also when the viewer may not know of it. */
export async function getSubnet(read: Read, viewer: NetworkViewer, id: string): Promise<SubnetRow> {
  const [row] = await listSubnets(read, viewer, { ...EVERYTHING, filters: [{ column: 'id', anyOf: [id] }] });
  if (row === undefined) {
    throw new VolvoxError('not-found', `Subnet ${id} could not be found.`, { details: { type: 'SubnetNotFound' } });
  }
  return row;
}

export async function subnetsOf(read: Read, networkIds: readonly string[]): Promise<readonly SubnetRow[]> {
  if (networkIds.length === 0) return [];
  return read
    .selectFrom('subnets')
    .selectAll()
    .where('network_id', 'in', [...networkIds])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

export async function insertSubnet(tx: DirectoryTx, row: SubnetRow): Promise<void> {
  await tx.insertInto('subnets').values(row).execute();
}

/** @throws VolvoxError conflict when somebody changed it since it was read. */
export async function updateSubnet(
  tx: DirectoryTx,
  read: SubnetRow,
  changes: Partial<Omit<SubnetRow, 'id' | 'revision'>>,
): Promise<void> {
  const { id, revision } = read;
  const updated = await updateRows(tx, 'subnets', { id, revision }, { ...changes, revision: revision + 1 });
  if (updated === 0) throw new VolvoxError('conflict', `Subnet ${id} was changed by somebody else.`);
}

/**
 * Deletes a subnet. @throws VolvoxError conflict while a port has an address of it. The lock on its network keeps ports from being
 * made meanwhile.
 */
export async function deleteSubnet(tx: DirectoryTx, subnet: SubnetRow): Promise<void> {
  await tx.selectFrom('networks').select('id').where('id', '=', subnet.network_id).forUpdate().execute();
  const used = await tx
    .selectFrom('address_allocations')
    .select('address')
    .where('subnet_id', '=', subnet.id)
    .where('port_id', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  if (used !== undefined) {
    throw new VolvoxError(
      'conflict',
      `Unable to complete operation on subnet ${subnet.id}: One or more ports have an IP allocation from this subnet.`,
      { details: { type: 'SubnetInUse' } },
    );
  }
  for (const table of ['free_addresses', 'address_allocations'] as const) {
    await tx.deleteFrom(table).where('subnet_id', '=', subnet.id).execute();
  }
  await tx.deleteFrom('subnets').where('id', '=', subnet.id).execute();
}
