import type { Reader } from '../../database/database.ts';
import type { DirectoryTables } from '../tables.ts';

type Read = Reader<DirectoryTables>;

/** Where a floating address leads. */
interface FloatingAddress {
  readonly portId: string;
  readonly fixedAddress: string;
  readonly address: string;
}

/** The floating addresses of ports, in order; the index has all of it. */
export async function floatingAddressesOf(read: Read, portIds: readonly string[]): Promise<readonly FloatingAddress[]> {
  if (portIds.length === 0) return [];
  const rows = await read
    .selectFrom('floating_ips')
    .select(['fixed_port_id', 'fixed_address', 'floating_address'])
    .where('fixed_port_id', 'in', [...portIds])
    .orderBy('fixed_port_id')
    .orderBy('fixed_address')
    .orderBy('floating_address')
    .execute();
  return rows.map(({ fixed_port_id, fixed_address, floating_address }) => ({
    ...{ portId: fixed_port_id ?? '', fixedAddress: fixed_address ?? '', address: floating_address },
  }));
}
