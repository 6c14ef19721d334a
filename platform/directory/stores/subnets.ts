import { type RawBuilder, sql } from 'kysely';
import { changedMeanwhile } from '#platform/errors/changed-meanwhile.ts';
import type { Reader } from '../../database/database.ts';
import { flag, json, moment, recordTable } from '../../database/record-table.ts';
import { updateRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import { parseIp } from '../../objects/ip-address.ts';
import type { DirectoryTx } from '../directory.ts';
import type { SubnetsTable } from '../schema/networks.ts';
import type { DirectoryTables } from '../tables.ts';
import type { AddressRange } from './addresses.ts';
import { EVERYTHING, type Listing, listRecords } from './listing.ts';
import { lockNetworkAlone, type NetworkViewer, raiseNetworkRevision } from './networks.ts';
import { requireOwnRanges } from './outside-ranges.ts';
import { sharedIds } from './rbac-policies.ts';

type Read = Reader<DirectoryTables>;

export interface AllocationPool {
  readonly start: string;
  readonly end: string;
}

/** See schema/networks.ts for what the members mean. */
export interface SubnetRecord {
  readonly id: string;
  readonly networkId: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly ipVersion: 4 | 6;
  readonly cidr: string;
  readonly gatewayIp: string | null;
  readonly enableDhcp: boolean;
  readonly serviceIp: string | null;
  readonly subnetPoolId: string | null;
  readonly allocationPools: readonly AllocationPool[];
  readonly dnsNameservers: readonly string[];
  readonly hostRoutes: readonly { readonly destination: string; readonly nexthop: string }[];
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly revision: number;
}

const SUBNETS = recordTable<SubnetRecord, SubnetsTable>('subnets')({
  id: 'id',
  networkId: 'network_id',
  projectId: 'project_id',
  name: 'name',
  description: 'description',
  ipVersion: 'ip_version',
  cidr: 'cidr',
  gatewayIp: 'gateway_ip',
  enableDhcp: flag('enable_dhcp'),
  serviceIp: 'service_ip',
  subnetPoolId: 'subnetpool_id',
  allocationPools: json('allocation_pools'),
  dnsNameservers: json('dns_nameservers'),
  hostRoutes: json('host_routes'),
  tags: json('tags'),
  createdAt: moment('created_at'),
  updatedAt: moment('updated_at'),
  revision: 'revision',
});

/** A pool's bounds as numbers; what was stored is well-formed. */
export const poolRanges = (pools: readonly AllocationPool[]): AddressRange[] =>
  pools.map(({ start, end }) => ({ first: parseIp(start)?.value ?? 0n, last: parseIp(end)?.value ?? -1n }));

const visible = (viewer: NetworkViewer): RawBuilder<unknown>[] =>
  viewer.isAdmin
    ? []
    : [
        sql`(project_id = ${viewer.projectId} OR network_id IN (SELECT id FROM networks WHERE shared = 1)
        OR network_id IN ${sharedIds('network', viewer.projectId)})`,
      ];

export const listSubnets = (
  read: Read,
  viewer: NetworkViewer,
  listing: Listing<keyof SubnetRecord> = EVERYTHING,
): Promise<readonly SubnetRecord[]> => listRecords(read, SUBNETS, listing, visible(viewer));

/** @throws VolvoxError not-found also when the viewer may not know of it. */
export async function getSubnet(read: Read, viewer: NetworkViewer, id: string): Promise<SubnetRecord> {
  const [subnet] = await listSubnets(read, viewer, { ...EVERYTHING, filters: [{ member: 'id', anyOf: [id] }] });
  if (subnet === undefined) {
    throw new VolvoxError('not-found', `Subnet ${id} could not be found.`, { details: { type: 'SubnetNotFound' } });
  }
  return subnet;
}

/**
 * The subnet as it is under the lock of its network, which ends with the transaction: whoever changes a subnet has that lock.
 * @throws VolvoxError not-found also when the viewer may not know of it.
 */
export async function lockSubnet(tx: DirectoryTx, viewer: NetworkViewer, id: string): Promise<SubnetRecord> {
  const { networkId } = await getSubnet(tx, viewer, id);
  await lockNetworkAlone(tx, networkId);
  return getSubnet(tx, viewer, id);
}

export async function subnetsOf(read: Read, networkIds: readonly string[]): Promise<readonly SubnetRecord[]> {
  if (networkIds.length === 0) return [];
  const rows = await read
    .selectFrom('subnets')
    .selectAll()
    .where('network_id', 'in', [...networkIds])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(SUBNETS.fromRow);
}

/**
 * Under a new revision of its network, which the transaction has locked. @throws VolvoxError conflict when another external network has the
 * range, and this one is external.
 */
export async function insertSubnet(tx: DirectoryTx, subnet: SubnetRecord): Promise<void> {
  const network = tx.selectFrom('networks').select('external').where('id', '=', subnet.networkId);
  if ((await network.executeTakeFirst())?.external === 1) await requireOwnRanges(tx, subnet.networkId, [subnet]);
  await raiseNetworkRevision(tx, subnet.networkId, subnet.createdAt);
  await tx.insertInto('subnets').values(SUBNETS.toRow(subnet)).execute();
}

/** Under a new revision of its network, too. @throws VolvoxError conflict when somebody changed it since it was read. */
export async function updateSubnet(
  tx: DirectoryTx,
  read: SubnetRecord,
  changes: Partial<Omit<SubnetRecord, 'id' | 'revision'>> & Pick<SubnetRecord, 'updatedAt'>,
): Promise<void> {
  const { id, networkId, revision } = read;
  await raiseNetworkRevision(tx, networkId, changes.updatedAt);
  const updated = await updateRows(
    tx,
    'subnets',
    { id, revision },
    SUBNETS.toColumns({ ...changes, revision: revision + 1 }),
  );
  if (updated === 0) throw changedMeanwhile(`Subnet ${id}`);
}

/**
 * Deletes a subnet, under a new revision of its network. @throws VolvoxError conflict while a port has an address of it. The lock on its
 * network (`lockSubnet`) keeps ports from being made meanwhile.
 */
export async function deleteSubnet(tx: DirectoryTx, subnet: SubnetRecord, now: string): Promise<void> {
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
      `Unable to complete operation on subnet ${subnet.id}: One or more ports have an IP allocation from this subnet. Delete those ports first.`,
      { details: { type: 'SubnetInUse' } },
    );
  }
  for (const table of ['free_addresses', 'address_allocations'] as const) {
    await tx.deleteFrom(table).where('subnet_id', '=', subnet.id).execute();
  }
  await tx.deleteFrom('subnets').where('id', '=', subnet.id).execute();
  await raiseNetworkRevision(tx, subnet.networkId, now);
}
