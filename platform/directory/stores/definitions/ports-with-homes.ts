import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { DirectoryReader } from '../../directory.ts';
import type { PortsTable } from '../../schema/networks.ts';

type Told =
  | 'id'
  | 'network_id'
  | 'device_id'
  | 'revision'
  | 'announced'
  | 'security_group_ids'
  | 'fixed_ips'
  | 'port_security_enabled'
  | 'admin_state_up'
  | 'address_pairs'
  | 'dhcp_options'
  | 'qos_policy_id'
  | 'dns_name';

/** A port with the cell of its server (null: none). A subport is where its parent is, and has a trunk. */
export interface PortWithHome extends Pick<Selectable<PortsTable>, Told> {
  readonly cell_id: string | null;
  readonly trunk_id: string | null;
}

/** @param which of `ports` and `instance_homes`. */
export const portsWithHomes = (
  read: DirectoryReader,
  which: RawBuilder<boolean>,
  limit: number,
): Promise<PortWithHome[]> =>
  read
    .selectFrom('ports')
    .leftJoin('subports', 'subports.port_id', 'ports.id')
    .leftJoin('trunks', 'trunks.id', 'subports.trunk_id')
    .leftJoin('ports as carriers', (join) =>
      join
        .on('carriers.id', '=', sql<string>`COALESCE(trunks.port_id, ports.id)`)
        .on('carriers.device_owner', 'like', 'compute:%'),
    )
    .leftJoin('instance_homes', 'instance_homes.uuid', 'carriers.device_id')
    .select(['ports.id', 'ports.network_id', 'ports.device_id', 'ports.revision', 'ports.announced'])
    .select(['ports.security_group_ids', 'ports.fixed_ips', 'ports.port_security_enabled', 'ports.admin_state_up'])
    .select(['ports.address_pairs', 'ports.dhcp_options', 'ports.qos_policy_id', 'ports.dns_name'])
    .select(['instance_homes.cell_id', 'subports.trunk_id'])
    .where(which)
    .limit(limit)
    .execute();
