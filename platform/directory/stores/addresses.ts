import { type IpVersion, parseIp } from '../../objects/ip-address.ts';
import type { DirectoryTx } from '../directory.ts';

/**
 * Which addresses of a subnet are free. The lowest is found by one index look-up, however many are in use, and is locked until the
 * end of the transaction: two requests never get the same one. Ranges never overlap; they are joined again as addresses come back.
 */
export interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** Text of fixed length, so that its order is that of the numbers. */
const addressKey = (version: IpVersion, value: bigint): string =>
  value.toString(16).padStart(version === 4 ? 8 : 32, '0');
export const addressOfKey = (key: string): bigint => BigInt(`0x${key}`);

/** The key of an address in text; undefined for what is no address of the version. */
export function keyOfIp(version: IpVersion, text: string): string | undefined {
  const ip = parseIp(text);
  return ip === null || ip.version !== version ? undefined : addressKey(version, ip.value);
}

export async function addFreeRanges(
  tx: DirectoryTx,
  subnetId: string,
  version: IpVersion,
  ranges: readonly AddressRange[],
): Promise<void> {
  if (ranges.length === 0) return;
  const rows = ranges.map((range) => ({
    subnet_id: subnetId,
    first_address: addressKey(version, range.first),
    last_address: addressKey(version, range.last),
  }));
  await tx.insertInto('free_addresses').values(rows).execute();
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

/** Nothing of the subnet is free after this, until `addFreeRanges`. */
export async function removeFreeRanges(tx: DirectoryTx, subnetId: string): Promise<void> {
  await tx.deleteFrom('free_addresses').where('subnet_id', '=', subnetId).execute();
}

/** Takes up to `count` free addresses, lowest first. @returns fewer when there are no more. */
export async function takeLowest(
  tx: DirectoryTx,
  subnetId: string,
  version: IpVersion,
  count: number,
): Promise<readonly bigint[]> {
  const taken: bigint[] = [];
  const ranges = await tx
    .selectFrom('free_addresses')
    .selectAll()
    .where('subnet_id', '=', subnetId)
    .orderBy('last_address')
    .limit(count)
    .forUpdate()
    .execute();
  for (const range of ranges) {
    const last = addressOfKey(range.last_address);
    let next = addressOfKey(range.first_address);
    while (taken.length < count && next <= last) taken.push(next++);
    if (next <= last) {
      await setFirst(tx, subnetId, range.last_address, addressKey(version, next));
    } else {
      await removeRange(tx, subnetId, range.last_address);
    }
    if (taken.length === count) break;
  }
  return taken;
}

/** Takes one address out of the free ranges, if it is in one; whether it was in use is told by its allocation row alone. */
export async function takeExact(tx: DirectoryTx, subnetId: string, version: IpVersion, address: bigint): Promise<void> {
  const range = await rangeWith(tx, subnetId, version, address);
  if (range === undefined) return;
  const first = addressOfKey(range.first_address);
  const last = addressOfKey(range.last_address);
  if (address === last) {
    await removeRange(tx, subnetId, range.last_address);
  } else {
    await setFirst(tx, subnetId, range.last_address, addressKey(version, address + 1n));
  }
  if (address > first) await addFreeRanges(tx, subnetId, version, [{ first, last: address - 1n }]);
}

/** Gives an address back that was allocated until now and lies in one of the subnet's pools. */
export async function giveBack(tx: DirectoryTx, subnetId: string, version: IpVersion, address: bigint): Promise<void> {
  const [one, other] = await rangesFrom(tx, subnetId, version, address === 0n ? address : address - 1n, 2);
  const endsBefore = one !== undefined && addressOfKey(one.last_address) < address;
  const [before, after] = endsBefore ? [one, other] : [undefined, one];
  const first = before === undefined ? address : addressOfKey(before.first_address);
  if (before !== undefined) await removeRange(tx, subnetId, before.last_address);
  if (after !== undefined && addressOfKey(after.first_address) === address + 1n) {
    await setFirst(tx, subnetId, after.last_address, addressKey(version, first));
  } else {
    await addFreeRanges(tx, subnetId, version, [{ first, last: address }]);
  }
}

/**
 * The free range that has the address, locked. A search that waited for another transaction does not see what that one wrote before the row at
 * which it waited. So an address counts as not free only when two searches meet the same row: the first has locked it, and the gap before it.
 */
async function rangeWith(tx: DirectoryTx, subnetId: string, version: IpVersion, address: bigint) {
  for (let before: string | null = null; ; ) {
    const [range] = await rangesFrom(tx, subnetId, version, address, 1);
    if (range !== undefined && addressOfKey(range.first_address) <= address) return range;
    const met = range === undefined ? 'none' : `${range.first_address} ${range.last_address}`;
    if (met === before) return undefined;
    before = met;
  }
}

/** The first free ranges that end at the address or after it, locked. */
const rangesFrom = (tx: DirectoryTx, subnetId: string, version: IpVersion, address: bigint, count: number) =>
  tx
    .selectFrom('free_addresses')
    .selectAll()
    .where('subnet_id', '=', subnetId)
    .where('last_address', '>=', addressKey(version, address))
    .orderBy('last_address')
    .limit(count)
    .forUpdate()
    .execute();

async function setFirst(tx: DirectoryTx, subnetId: string, last: string, first: string): Promise<void> {
  await tx
    .updateTable('free_addresses')
    .set({ first_address: first })
    .where('subnet_id', '=', subnetId)
    .where('last_address', '=', last)
    .execute();
}

async function removeRange(tx: DirectoryTx, subnetId: string, last: string): Promise<void> {
  await tx.deleteFrom('free_addresses').where('subnet_id', '=', subnetId).where('last_address', '=', last).execute();
}
