import { readTogether } from '../../batching/read-together.ts';
import type { Reader } from '../../database/database.ts';
import type { DirectoryTables } from '../tables.ts';

type Read = Reader<DirectoryTables>;

/** Where a floating address leads. */
interface FloatingAddress {
  readonly portId: string;
  readonly fixedAddress: string;
  readonly address: string;
}

/** The floating addresses of ports, in order. Those who ask at the same moment share a statement. */
export async function floatingAddressesOf(read: Read, portIds: readonly string[]): Promise<readonly FloatingAddress[]> {
  return portIds.length === 0 ? [] : addressesTogether(read, portIds);
}

const addressesTogether = readTogether(
  async (read: Read, questions: readonly (readonly string[])[]): Promise<readonly (readonly FloatingAddress[])[]> => {
    const addresses = await addressesOfPorts(read, [...new Set(questions.flat())]);
    return questions.map((portIds) => {
      const asked = new Set(portIds);
      return addresses.filter(({ portId }) => asked.has(portId));
    });
  },
);

/** The index has all of it. */
async function addressesOfPorts(read: Read, portIds: readonly string[]): Promise<readonly FloatingAddress[]> {
  const rows = await read
    .selectFrom('floating_ips')
    .select(['fixed_port_id', 'fixed_address', 'floating_address'])
    .where('fixed_port_id', 'in', portIds)
    .orderBy('fixed_port_id')
    .orderBy('fixed_address')
    .orderBy('floating_address')
    .execute();
  return rows.map(({ fixed_port_id, fixed_address, floating_address }) => ({
    ...{ portId: fixed_port_id ?? '', fixedAddress: fixed_address ?? '', address: floating_address },
  }));
}
