import type { Selectable } from 'kysely';
import { type IpVersion, parseIp } from '../../objects/ip-address.ts';
import type { DirectoryTx } from '../directory.ts';
import type { DirectoryTables } from '../tables.ts';

/**
 * Which addresses of a subnet are free, in ranges that never overlap. The lowest is found by one index look-up, however many are in use, and
 * is locked until the transaction ends: two requests never get the same one.
 *
 * What a search finds is true. What it does not find may be there: when it has to wait for a row, it misses what is written in front of that
 * row meanwhile, and a range that loses its last address is written there. A search that does not wait (`exactly`) finds all (decision 0042).
 */
export interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** Text of fixed length, so that its order is that of the numbers. */
export const addressKey = (version: IpVersion, value: bigint): string =>
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

/** Nothing of the subnet is free after this, until `addFreeRanges`. */
export async function removeFreeRanges(tx: DirectoryTx, subnetId: string): Promise<void> {
  await tx.deleteFrom('free_addresses').where('subnet_id', '=', subnetId).execute();
}

/** Takes up to `count` free addresses, in general the lowest. @returns fewer when there are no more. */
export async function takeLowest(
  tx: DirectoryTx,
  subnetId: string,
  version: IpVersion,
  count: number,
): Promise<readonly bigint[]> {
  const seen = await rangesFrom(tx, subnetId, version, 0n, count);
  const ranges = sizeOf(seen) < BigInt(count) ? await exactly(tx, subnetId, version, 0n, count) : seen;
  const taken: bigint[] = [];
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

/** Takes one address out of the free ranges, if it is in one. The transaction has its allocation already (`allocateNamed`). */
export async function takeOut(tx: DirectoryTx, subnetId: string, version: IpVersion, address: bigint): Promise<void> {
  const has = (range: Range | undefined) => range !== undefined && addressOfKey(range.first_address) <= address;
  let [range] = await rangesFrom(tx, subnetId, version, address, 1);
  if (!has(range)) [range] = await exactly(tx, subnetId, version, address, 1);
  if (range === undefined || !has(range)) return;
  const first = addressOfKey(range.first_address);
  const last = addressOfKey(range.last_address);
  if (address === last) {
    await removeRange(tx, subnetId, range.last_address);
  } else {
    await setFirst(tx, subnetId, range.last_address, addressKey(version, address + 1n));
  }
  if (address > first) await addFreeRanges(tx, subnetId, version, [{ first, last: address - 1n }]);
}

/** Gives an address back that was allocated until now and lies in one of the subnet's pools. Ranges that meet are joined if the search sees it. */
export async function giveBack(tx: DirectoryTx, subnetId: string, version: IpVersion, address: bigint): Promise<void> {
  const [one, other] = await rangesFrom(tx, subnetId, version, address === 0n ? address : address - 1n, 2);
  const endsBefore = one !== undefined && addressOfKey(one.last_address) < address;
  const [before, after] = endsBefore ? [one, other] : [undefined, one];
  // Free already: an auditor (`address-free-in-use`) has not seen it yet.
  if (after !== undefined && addressOfKey(after.first_address) <= address) return;
  const first = before === undefined ? address : addressOfKey(before.first_address);
  if (before !== undefined) await removeRange(tx, subnetId, before.last_address);
  if (after !== undefined && addressOfKey(after.first_address) === address + 1n) {
    await setFirst(tx, subnetId, after.last_address, addressKey(version, first));
  } else {
    await addFreeRanges(tx, subnetId, version, [{ first, last: address }]);
  }
}

type Range = Selectable<DirectoryTables['free_addresses']>;

const sizeOf = (ranges: readonly Range[]): bigint =>
  ranges.reduce((sum, one) => sum + addressOfKey(one.last_address) - addressOfKey(one.first_address) + 1n, 0n);

const firstFrom = (tx: DirectoryTx, subnetId: string, version: IpVersion, address: bigint, count: number) =>
  tx
    .selectFrom('free_addresses')
    .selectAll()
    .where('subnet_id', '=', subnetId)
    .where('last_address', '>=', addressKey(version, address))
    .orderBy('last_address')
    .limit(count)
    .forUpdate();

/** The first free ranges that end at the address or after it, locked. */
const rangesFrom = (...query: Parameters<typeof firstFrom>): Promise<readonly Range[]> => firstFrom(...query).execute();

/** The same, and none is missing. Another transaction that has one of them locked makes this one begin again (`isRetriable`). */
const exactly = (...query: Parameters<typeof firstFrom>): Promise<readonly Range[]> =>
  firstFrom(...query)
    .noWait()
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
