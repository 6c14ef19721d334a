import { sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { selectRows } from '../../database/raw-select.ts';
import type { DirectoryTables } from '../tables.ts';

/** How many addresses of a subnet are in use: those of ports, and the one of the hosts. */
export async function usedAddresses(
  read: Reader<DirectoryTables>,
  subnetIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (subnetIds.length === 0) return new Map();
  const rows = await selectRows<{ id: string; used: number }>(
    read,
    sql`SELECT subnet_id AS id, COUNT(*) AS used FROM address_allocations
        WHERE subnet_id IN (${sql.join([...subnetIds])}) GROUP BY subnet_id`,
  );
  return new Map(rows.map(({ id, used }) => [id, Number(used)]));
}
