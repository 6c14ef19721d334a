import type { DirectoryReader } from '../directory.ts';
import { keyOfIp } from './addresses.ts';
import { EVERYTHING } from './listing.ts';
import { listPorts, type PortRecord } from './ports.ts';

/** The ports that have one of these addresses in one of these networks, whoever owns them. */
export async function portsAt(
  read: DirectoryReader,
  networkIds: readonly string[],
  addresses: readonly string[],
): Promise<readonly PortRecord[]> {
  const keys = addresses.flatMap((address) => keyOfIp(address.includes(':') ? 6 : 4, address) ?? []);
  if (networkIds.length === 0 || keys.length === 0) return [];
  const rows = await read
    .selectFrom('address_allocations')
    .innerJoin('subnets', 'subnets.id', 'address_allocations.subnet_id')
    .select('address_allocations.port_id')
    .where('subnets.network_id', 'in', [...networkIds])
    .where('address_allocations.address', 'in', keys)
    .where('address_allocations.port_id', 'is not', null)
    .execute();
  const ids = rows.flatMap(({ port_id }) => port_id ?? []);
  if (ids.length === 0) return [];
  const viewer = { projectId: '', isAdmin: true };
  return listPorts(read, viewer, { ...EVERYTHING, filters: [{ member: 'id', anyOf: ids }] });
}
