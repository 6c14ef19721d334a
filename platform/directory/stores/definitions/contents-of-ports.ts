import { sql } from 'kysely';
import { fromJson } from '../../../database/json-column.ts';
import type { AddressPair, DhcpOption, PortDefinition } from '../../../objects/definitions.ts';
import type { FixedIp, Subport } from '../../../objects/network.ts';
import type { DirectoryReader } from '../../directory.ts';
import { limitsOfPolicies } from '../qos-rules.ts';
import { subportsOfParents } from '../subports-of-servers.ts';
import { cellsNamingGroups } from './cells-of-groups.ts';
import type { Needed } from './needed.ts';
import { type PortWithHome, portsWithHomes } from './ports-with-homes.ts';

/**
 * Those of servers in a cell, and those of which a group is remote in a rule of a group that a port in a cell has. Of its server a port tells
 * only the cell of that server.
 */
export async function neededPorts(read: DirectoryReader, ids: readonly string[]): Promise<readonly Needed[]> {
  if (ids.length === 0) return [];
  const rows = await portsWithHomes(read, sql<boolean>`ports.id IN (${sql.join([...ids])})`, ids.length);
  const ports = rows.map((row) => ({ ...row, groupIds: fromJson<string[]>(row.security_group_ids) }));
  const subports = await subportsOfParents(read, ids);
  const naming = await cellsNamingGroups(read, [...new Set(ports.flatMap(({ groupIds }) => groupIds))]);
  const limits = await limitsOfPolicies(
    read,
    ports.flatMap(({ qos_policy_id }) => qos_policy_id ?? []),
  );
  return ports.flatMap((port) => {
    const own = port.cell_id ?? '';
    const others = new Set(port.groupIds.flatMap((id) => naming.get(id) ?? []));
    for (const cellId of ['', own]) others.delete(cellId);
    const definition: PortDefinition = definitionOf(port, port.groupIds, limits.get(port.qos_policy_id ?? ''));
    // A subport is told by its parent.
    const fixedIps = fromJson<FixedIp[]>(port.fixed_ips);
    const server = { uuid: port.device_id, fixedIps, ...asMember(subports.get(port.id)) };
    const atHome = port.trunk_id === null ? { ...definition, server } : definition;
    return [
      ...(own === '' ? [] : [{ definition: atHome, cellIds: [own] }]),
      ...(others.size === 0 ? [] : [{ definition, cellIds: [...others] }]),
    ];
  });
}

/** What is told of a port everywhere. */
function definitionOf(
  port: PortWithHome,
  groupIds: readonly string[],
  limits: PortDefinition['limits'],
): PortDefinition {
  const fixedIps = fromJson<FixedIp[]>(port.fixed_ips);
  const pairs = fromJson<AddressPair[]>(port.address_pairs);
  const dhcpOptions = fromJson<DhcpOption[]>(port.dhcp_options);
  return {
    kind: 'port',
    id: port.id,
    generation: port.revision,
    groupIds: [...groupIds],
    addresses: [...new Set([...fixedIps, ...pairs].map(({ address }) => address))],
    portSecurity: port.port_security_enabled === 1,
    ...(pairs.length === 0 ? {} : { pairs }),
    ...(dhcpOptions.length === 0 ? {} : { dhcpOptions }),
    ...(port.dns_name === '' ? {} : { dnsName: port.dns_name }),
    ...(port.admin_state_up === 1 ? {} : { disabled: true }),
    ...(limits === undefined ? {} : { limits }),
  };
}

const asMember = (subports: readonly Subport[] | undefined) =>
  subports === undefined ? {} : { subports: [...subports] };
