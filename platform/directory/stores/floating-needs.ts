import type { Reader } from '../../database/database.ts';
import type { DirectoryTables } from '../tables.ts';

type Read = Reader<DirectoryTables>;

/** To which addresses of ports a router leads floating addresses, all or ports of them, in the order of the ports. */
export async function ledByRouter(
  read: Read,
  routerId: string,
): Promise<readonly { readonly portId: string; readonly address: string }[]> {
  const floating = await read
    .selectFrom('floating_ips')
    .select(['fixed_port_id as port', 'fixed_address as address'])
    .where('router_id', '=', routerId)
    .execute();
  const forwardings = await read
    .selectFrom('port_forwardings')
    .innerJoin('floating_ips', 'floating_ips.id', 'port_forwardings.floating_ip_id')
    .select(['internal_port_id as port', 'internal_address as address'])
    .where('floating_ips.router_id', '=', routerId)
    .execute();
  return [...floating, ...forwardings].flatMap(({ port, address }) =>
    port === null || address === null ? [] : [{ portId: port, address }],
  );
}

/** The addresses of a port to which floating addresses lead, all or ports of them. */
export async function ledToPort(read: Read, portId: string): Promise<ReadonlySet<string>> {
  const floating = await read
    .selectFrom('floating_ips')
    .select('fixed_address as address')
    .where('fixed_port_id', '=', portId)
    .execute();
  const forwardings = await read
    .selectFrom('port_forwardings')
    .select('internal_address as address')
    .where('internal_port_id', '=', portId)
    .execute();
  return new Set([...floating, ...forwardings].flatMap(({ address }) => address ?? []));
}
