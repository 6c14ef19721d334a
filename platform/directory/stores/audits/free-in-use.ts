import type { IpVersion } from '../../../objects/ip-address.ts';
import type { DirectoryReader, DirectoryTx } from '../../directory.ts';
import { addressKey, addressOfKey, takeOut } from '../addresses.ts';
import { MAX_DIFFERENCES } from './leftovers.ts';

interface UsedAddress {
  readonly subnetId: string;
  readonly version: IpVersion;
  readonly value: bigint;
}

/** Addresses of subnets that are in use, and in a free range. The cost is one search for each free range. */
export async function usedAddressesInFreeRanges(read: DirectoryReader): Promise<readonly UsedAddress[]> {
  const rows = await read
    .selectFrom('free_addresses')
    .innerJoin('address_allocations', (join) =>
      join
        .onRef('address_allocations.subnet_id', '=', 'free_addresses.subnet_id')
        .onRef('address_allocations.address', '>=', 'free_addresses.first_address')
        .onRef('address_allocations.address', '<=', 'free_addresses.last_address'),
    )
    .select(['address_allocations.subnet_id as subnetId', 'address_allocations.address as key'])
    .limit(MAX_DIFFERENCES)
    .execute();
  return rows.map(({ subnetId, key }) => ({ subnetId, version: key.length === 8 ? 4 : 6, value: addressOfKey(key) }));
}

/** Takes the address out of the free ranges. @returns false when it is not in use any more. */
export async function takeOutUsed(tx: DirectoryTx, address: UsedAddress): Promise<boolean> {
  const { subnetId, version, value } = address;
  const used = await tx
    .selectFrom('address_allocations')
    .select('address')
    .where('subnet_id', '=', subnetId)
    .where('address', '=', addressKey(version, value))
    .forUpdate()
    .executeTakeFirst();
  if (used === undefined) return false;
  await takeOut(tx, subnetId, version, value);
  return true;
}
