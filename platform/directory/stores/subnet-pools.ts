import { type RawBuilder, sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { flag, json, moment, recordTable } from '../../database/record-table.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { deleteRows, updateRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { SubnetPoolsTable } from '../schema/subnet-pools.ts';
import type { DirectoryTables } from '../tables.ts';
import { EVERYTHING, type Listing, listRecords } from './listing.ts';
import { lockNetworkAlone, type NetworkViewer } from './networks.ts';
import { deletePoliciesOf, sharedIds, shareWithEveryProject } from './rbac-policies.ts';
import { noteRouterChanged } from './routers.ts';
import { routersIn } from './routers-around.ts';

type Read = Reader<DirectoryTables>;

/** See schema/subnet-pools.ts for what the members mean. */
export interface SubnetPoolRecord {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly ipVersion: 4 | 6;
  readonly prefixes: readonly string[];
  readonly minPrefixlen: number;
  readonly maxPrefixlen: number;
  readonly defaultPrefixlen: number;
  readonly defaultQuota: number | null;
  readonly shared: boolean;
  readonly isDefault: boolean;
  readonly addressScopeId: string | null;
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly revision: number;
}

const POOLS = recordTable<SubnetPoolRecord, SubnetPoolsTable>('subnet_pools')({
  id: 'id',
  projectId: 'project_id',
  name: 'name',
  description: 'description',
  ipVersion: 'ip_version',
  prefixes: json('prefixes'),
  minPrefixlen: 'min_prefixlen',
  maxPrefixlen: 'max_prefixlen',
  defaultPrefixlen: 'default_prefixlen',
  defaultQuota: 'default_quota',
  shared: flag('shared'),
  isDefault: flag('is_default'),
  addressScopeId: 'address_scope_id',
  tags: json('tags'),
  createdAt: moment('created_at'),
  updatedAt: moment('updated_at'),
  revision: 'revision',
});

/** An admin sees all pools; others their project's and the shared ones. */
const visible = (viewer: NetworkViewer): RawBuilder<unknown>[] =>
  viewer.isAdmin
    ? []
    : [sql`(project_id = ${viewer.projectId} OR shared = 1 OR id IN ${sharedIds('subnetpool', viewer.projectId)})`];

export const listSubnetPools = (
  read: Read,
  viewer: NetworkViewer,
  listing: Listing<keyof SubnetPoolRecord> = EVERYTHING,
): Promise<readonly SubnetPoolRecord[]> => listRecords(read, POOLS, listing, visible(viewer));

/** @throws VolvoxError not-found also when the viewer may not know of it. */
export async function getSubnetPool(read: Read, viewer: NetworkViewer, id: string): Promise<SubnetPoolRecord> {
  const [pool] = await listSubnetPools(read, viewer, { ...EVERYTHING, filters: [{ member: 'id', anyOf: [id] }] });
  if (pool !== undefined) return pool;
  throw new VolvoxError('not-found', `Subnet pool ${id} could not be found.`, {
    details: { type: 'SubnetPoolNotFound' },
  });
}

/** The pool as it is under its lock, which ends with the transaction: its subnets stay as they are, but for those that go. @throws VolvoxError not-found also when the viewer may not know of it. */
export async function lockSubnetPool(tx: DirectoryTx, viewer: NetworkViewer, id: string): Promise<SubnetPoolRecord> {
  await getSubnetPool(tx, viewer, id);
  await tx.selectFrom('subnet_pools').select('id').where('id', '=', id).forUpdate().execute();
  return getSubnetPool(tx, viewer, id);
}

/** The default pool of a version that the viewer may use; undefined: there is none. */
export async function defaultSubnetPool(
  read: Read,
  viewer: NetworkViewer,
  ipVersion: 4 | 6,
): Promise<SubnetPoolRecord | undefined> {
  const filters = [
    { member: 'isDefault', anyOf: [true] },
    { member: 'ipVersion', anyOf: [ipVersion] },
  ] as const;
  return (await listSubnetPools(read, viewer, { ...EVERYTHING, filters }))[0];
}

function refuseSecondDefault(error: unknown): never {
  if (!isDuplicate(error, 'subnet_pools_default')) throw error;
  throw new VolvoxError(
    'invalid',
    'Invalid input for operation: A default subnetpool for this IP family has already been set. Only one default may exist per IP family.',
    { details: { type: 'InvalidInput' } },
  );
}

/** @throws VolvoxError invalid when its version has another default pool already. */
export async function insertSubnetPool(tx: DirectoryTx, pool: SubnetPoolRecord): Promise<void> {
  await tx.insertInto('subnet_pools').values(POOLS.toRow(pool)).execute().catch(refuseSecondDefault);
  const { id, projectId, shared } = pool;
  const sharing = { objectType: 'subnetpool', objectId: id, action: 'access_as_shared' } as const;
  if (shared) await shareWithEveryProject(tx, projectId, sharing);
}

/**
 * Changes a pool that the transaction has locked, under a new revision. Its scope says what routers lead outside. @throws VolvoxError invalid
 * when its version has another default pool already.
 */
export async function changeSubnetPool(
  tx: DirectoryTx,
  locked: SubnetPoolRecord,
  changes: Partial<Omit<SubnetPoolRecord, 'id' | 'revision'>>,
): Promise<SubnetPoolRecord> {
  const changed = { ...locked, ...changes, revision: locked.revision + 1 };
  const { id, ...rest } = changed;
  await updateRows(tx, 'subnet_pools', { id }, POOLS.toColumns(rest)).catch(refuseSecondDefault);
  if (changed.addressScopeId !== locked.addressScopeId) await noteRoutersOfPool(tx, id);
  return changed;
}

/** Routers that have an interface or their gateway in a network with a subnet of the pool. None comes to have one before the transaction ends. */
async function noteRoutersOfPool(tx: DirectoryTx, id: string): Promise<void> {
  const subnets = await tx.selectFrom('subnets').select('network_id').where('subnetpool_id', '=', id).execute();
  const networkIds = [...new Set(subnets.map(({ network_id }) => network_id))].sort();
  if (networkIds.length === 0) return;
  // Whoever joins a router to one has it locked.
  for (const networkId of networkIds) await lockNetworkAlone(tx, networkId);
  const leading = await tx.selectFrom('routers').select('id').where('gateway_network_id', 'in', networkIds).execute();
  await noteRouterChanged(tx, [...(await routersIn(tx, networkIds)), ...leading.map(({ id: router }) => router)]);
}

/** What subnets have of a pool. */
export async function subnetsOfPool(
  read: Read,
  id: string,
): Promise<readonly { readonly cidr: string; readonly projectId: string }[]> {
  const rows = await read
    .selectFrom('subnets')
    .select(['cidr', 'project_id as projectId'])
    .where('subnetpool_id', '=', id)
    .execute();
  return rows;
}

/** Deletes a pool that the transaction has locked. @throws VolvoxError conflict while a subnet has a range of it. */
export async function deleteSubnetPool(tx: DirectoryTx, { id }: SubnetPoolRecord): Promise<void> {
  if ((await subnetsOfPool(tx, id)).length > 0) {
    throw new VolvoxError('conflict', 'Unable to delete subnet pool: Subnet pool has existing allocations.', {
      details: { type: 'SubnetPoolDeleteError' },
    });
  }
  await deleteRows(tx, 'subnet_pools', { id });
  await deletePoliciesOf(tx, 'subnetpool', id);
}
