import { sql } from 'kysely';
import { fromJson } from '../../database/json-column.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import { contains, type IpVersion } from '../../objects/ip-address.ts';
import type { FixedIp } from '../../objects/network.ts';
import type { DirectoryTx } from '../directory.ts';
import { addressOfKey, giveBack, keyOfIp, takeOut } from './addresses.ts';
import { type AllocationPool, poolRanges } from './subnets.ts';

/** An address in use. `portId` null: the subnet itself uses it. */
export interface Allocation {
  readonly portId: string | null;
  readonly version: IpVersion;
  readonly fixedIp: FixedIp;
}

/**
 * Writes allocations down: of addresses that were free until this transaction took them, or that lie in no pool.
 * @throws VolvoxError conflict (`details.type` IpAddressAlreadyAllocated, `details.address`) when one of them is in use.
 */
export async function insertAllocations(tx: DirectoryTx, allocations: readonly Allocation[]): Promise<void> {
  if (allocations.length === 0) return;
  const rows = allocations.map(({ portId, version, fixedIp }) => ({
    subnet_id: fixedIp.subnetId,
    address: keyOfIp(version, fixedIp.address) ?? '',
    port_id: portId,
  }));
  try {
    await tx.insertInto('address_allocations').values(rows).execute();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    const address = allocations.map((allocation) => allocation.fixedIp.address).join(', ');
    throw new VolvoxError('conflict', `IP address ${address} already allocated in the subnet.`, {
      details: { type: 'IpAddressAlreadyAllocated', address },
    });
  }
}

/**
 * Allocates addresses that a request names, in a pool or not. It writes the allocations first. Nobody else can then take or give back one of
 * these addresses until the transaction ends (decision 0042). @throws VolvoxError as `insertAllocations`
 */
export async function allocateNamed(tx: DirectoryTx, allocations: readonly Allocation[]): Promise<void> {
  await insertAllocations(tx, allocations);
  for (const { version, fixedIp } of allocations) {
    const key = keyOfIp(version, fixedIp.address);
    if (key !== undefined) await takeOut(tx, fixedIp.subnetId, version, addressOfKey(key));
  }
}

/** The addresses of a subnet that are in use, locked until the transaction ends: none of them is given back meanwhile. */
export async function lockAllocations(tx: DirectoryTx, subnetId: string): Promise<readonly bigint[]> {
  const rows = await tx
    .selectFrom('address_allocations')
    .select('address')
    .where('subnet_id', '=', subnetId)
    .forUpdate()
    .execute();
  return rows.map((row) => addressOfKey(row.address));
}

/**
 * Ends all allocations of these ports, or only those of the addresses in `only`. Addresses of the pools become free again. It deletes the
 * allocations before it reads the pools, because a change of the pools locks the allocations first.
 */
export async function releaseAddresses(
  tx: DirectoryTx,
  portIds: readonly string[],
  only?: readonly FixedIp[],
): Promise<void> {
  if (portIds.length === 0 || only?.length === 0) return;
  const chosen = only === undefined ? sql`` : sql` AND (${sql.join(only.map(isThis), sql` OR `)})`;
  const { rows } = await sql<{ subnet_id: string; address: string }>`DELETE FROM address_allocations
    WHERE port_id IN (${sql.join([...portIds])})${chosen} RETURNING subnet_id, address`.execute(tx);
  if (rows.length === 0) return;
  const subnets = await tx
    .selectFrom('subnets')
    .select(['id', 'ip_version', 'allocation_pools'])
    .where('id', 'in', [...new Set(rows.map(({ subnet_id }) => subnet_id))])
    .execute();
  const byId = new Map(subnets.map((subnet) => [subnet.id, subnet]));
  // In one order, so that two transactions do not wait for each other.
  for (const { subnet_id, address } of rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))) {
    const subnet = byId.get(subnet_id);
    if (subnet === undefined) continue;
    const value = addressOfKey(address);
    const pools = poolRanges(fromJson<AllocationPool[]>(subnet.allocation_pools));
    if (pools.some((pool) => contains(pool, value))) await giveBack(tx, subnet_id, subnet.ip_version, value);
  }
}

const keyOf = (row: { readonly subnet_id: string; readonly address: string }) => `${row.subnet_id} ${row.address}`;

const isThis = ({ subnetId, address }: FixedIp) =>
  sql`(subnet_id = ${subnetId} AND address = ${keyOfIp(address.includes(':') ? 6 : 4, address) ?? ''})`;
