import { sql } from 'kysely';
import { selectRows } from '../../../database/raw-select.ts';
import type { DirectoryReader } from '../../directory.ts';

/**
 * Which of these networks a cell needs: those of ports in it, and those of routers that it needs. Tables are read in the order written: from the
 * cell's side, which the server may prefer, each of the ids would go through all ports of the cell.
 */
export async function networksNeeded(
  read: DirectoryReader,
  cellId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const own = await read
    .selectFrom('port_networks')
    .select('network_id')
    .distinct()
    .where('cell_id', '=', cellId)
    .where('network_id', 'in', [...ids])
    .execute();
  const direct = new Set(own.map(({ network_id }) => network_id));
  const others = ids.filter((id) => !direct.has(id));
  if (others.length === 0) return [...direct];
  const rows = await selectRows<{ network_id: string }>(
    read,
    sql`SELECT DISTINCT theirs.network_id AS network_id FROM router_networks AS theirs
      STRAIGHT_JOIN router_networks AS own ON own.router_id = theirs.router_id AND own.is_gateway = 0
      STRAIGHT_JOIN port_networks ON port_networks.network_id = own.network_id AND port_networks.cell_id = ${cellId}
      WHERE theirs.network_id IN (${sql.join(others)})`,
  );
  return [...direct, ...rows.map(({ network_id }) => network_id)];
}

/** Which of these routers have an interface in a network of a port in the cell. */
export async function routersNeeded(
  read: DirectoryReader,
  cellId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const rows = await selectRows<{ router_id: string }>(
    read,
    sql`SELECT DISTINCT router_networks.router_id AS router_id FROM router_networks
      STRAIGHT_JOIN port_networks
        ON port_networks.network_id = router_networks.network_id AND port_networks.cell_id = ${cellId}
      WHERE router_networks.router_id IN (${sql.join([...ids])}) AND router_networks.is_gateway = 0`,
  );
  return rows.map(({ router_id }) => router_id);
}
