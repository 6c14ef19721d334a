import type { Reader } from '../../database/database.ts';
import type { RouterContent } from '../../objects/definitions.ts';
import type { DirectoryTables } from '../tables.ts';
import { portRange } from './port-forwardings.ts';

/** What leads through routers, by the id of the router, in an order that does not change by itself. */
interface Led {
  readonly floating: ReadonlyMap<string, RouterContent['floating']>;
  readonly forwardings: ReadonlyMap<string, RouterContent['forwardings']>;
}

/** The floating addresses and the port forwardings, as hosts need them. */
export async function ledThroughRouters(read: Reader<DirectoryTables>, routerIds: readonly string[]): Promise<Led> {
  const floating = await read
    .selectFrom('floating_ips')
    .select(['id', 'router_id', 'floating_address', 'fixed_port_id', 'fixed_address'])
    .where('router_id', 'in', [...routerIds])
    .orderBy('id')
    .execute();
  const forwardings = await read
    .selectFrom('port_forwardings')
    .innerJoin('floating_ips', 'floating_ips.id', 'port_forwardings.floating_ip_id')
    .select([
      ...(['port_forwardings.id', 'router_id', 'floating_address', 'protocol', 'external_ports'] as const),
      ...(['internal_port_id', 'internal_address', 'internal_ports'] as const),
    ])
    .where('router_id', 'in', [...routerIds])
    .orderBy('port_forwardings.id')
    .execute();
  return {
    floating: byRouter(floating, ({ id, floating_address: address, fixed_port_id: portId, fixed_address }) =>
      portId === null || fixed_address === null ? [] : [{ id, address, portId, fixedAddress: fixed_address }],
    ),
    forwardings: byRouter(forwardings, (row) => {
      const [outside, inside] = [portRange(row.external_ports), portRange(row.internal_ports)];
      return [
        {
          ...{ id: row.id, address: row.floating_address, protocol: row.protocol },
          ...{ portMin: outside.min, portMax: outside.max, portId: row.internal_port_id },
          ...{ fixedAddress: row.internal_address, fixedPortMin: inside.min, fixedPortMax: inside.max },
        },
      ];
    }),
  };
}

function byRouter<Row extends { readonly router_id: string | null }, One>(
  rows: readonly Row[],
  read: (row: Row) => readonly One[],
): ReadonlyMap<string, One[]> {
  const groups = Map.groupBy(rows, ({ router_id }) => router_id ?? '');
  return new Map([...groups].map(([id, own]) => [id, own.flatMap(read)]));
}
