import { sql } from 'kysely';
import { fromJson } from '../../../database/json-column.ts';
import type {
  AddressPair,
  Definition,
  DefinitionKey,
  DhcpOption,
  GroupDefinition,
  PortDefinition,
} from '../../../objects/definitions.ts';
import type { FixedIp, Subport } from '../../../objects/network.ts';
import type { DirectoryReader } from '../../directory.ts';
import { addressesOf } from '../address-groups.ts';
import { limitsOfPolicies } from '../qos-rules.ts';
import { listRules, type SecurityGroupRuleRecord } from '../security-group-rules.ts';
import { subportsOfParents } from '../subports-of-servers.ts';
import { neededNetworks, neededRouters } from './contents-of-networks.ts';

/** What of these a cell needs, as it is now. What it does not need, or what is gone, is left out. */
export async function neededContents(
  read: DirectoryReader,
  cellId: string,
  keys: readonly DefinitionKey[],
): Promise<readonly Definition[]> {
  const idsOf = (kind: DefinitionKey['kind']) => keys.filter((key) => key.kind === kind).map(({ id }) => id);
  return [
    ...(await neededGroups(read, cellId, idsOf('group'))),
    ...(await neededNetworks(read, cellId, idsOf('network'))),
    ...(await neededPorts(read, cellId, idsOf('port'))),
    ...(await neededRouters(read, cellId, idsOf('router'))),
  ];
}

/** Those that a port of a server in the cell has. The revision is read before the rules, so that rules are never older than it says. */
async function neededGroups(
  read: DirectoryReader,
  cellId: string,
  ids: readonly string[],
): Promise<readonly GroupDefinition[]> {
  if (ids.length === 0) return [];
  const groups = await read
    .selectFrom('security_groups')
    .select(['id', 'revision', 'stateful'])
    .where('id', 'in', [...ids])
    .where(
      sql<boolean>`EXISTS (SELECT 1 FROM port_groups WHERE port_groups.group_id = security_groups.id AND port_groups.cell_id = ${cellId})`,
    )
    .execute();
  const rules = Map.groupBy(
    await listRules(
      read,
      groups.map(({ id }) => id),
    ),
    ({ groupId }) => groupId,
  );
  const named = [...rules.values()].flat().flatMap(({ remoteAddressGroupId }) => remoteAddressGroupId ?? []);
  const addresses = await addressesOf(read, named);
  return groups.map(({ id, revision, stateful }) => ({
    kind: 'group' as const,
    id,
    generation: revision,
    rules: (rules.get(id) ?? []).flatMap((rule) =>
      rulesOf(rule, addresses).map((told) => (stateful === 1 ? told : { ...told, stateless: true })),
    ),
  }));
}

/** A rule that names an address group is one rule for each of its addresses of the rule's version; hosts know no address groups. */
export function rulesOf(
  rule: SecurityGroupRuleRecord,
  addresses: ReadonlyMap<string, readonly string[]>,
): GroupDefinition['rules'] {
  const { direction, ethertype, protocol, portMin, portMax, remoteIpPrefix, remoteGroupId } = rule;
  const told = { direction, ethertype, protocol, portMin, portMax, remoteIpPrefix, remoteGroupId };
  if (rule.remoteAddressGroupId === null) return [told];
  return (addresses.get(rule.remoteAddressGroupId) ?? [])
    .filter((prefix) => prefix.includes(':') === (ethertype === 'IPv6'))
    .map((prefix) => ({ ...told, remoteIpPrefix: prefix }));
}

/** Those of servers in the cell, and those of which a group is remote in a rule of a group that a port in the cell has. */
async function neededPorts(
  read: DirectoryReader,
  cellId: string,
  ids: readonly string[],
): Promise<readonly PortDefinition[]> {
  if (ids.length === 0) return [];
  const rows = await read
    .selectFrom('ports')
    // A subport is where its parent is.
    .leftJoin('subports', 'subports.port_id', 'ports.id')
    .leftJoin('trunks', 'trunks.id', 'subports.trunk_id')
    .leftJoin('ports as carriers', (join) =>
      join
        .on('carriers.id', '=', sql<string>`COALESCE(trunks.port_id, ports.id)`)
        .on('carriers.device_owner', 'like', 'compute:%'),
    )
    .leftJoin('instance_homes', 'instance_homes.uuid', 'carriers.device_id')
    .select(['ports.id', 'ports.revision', 'ports.security_group_ids', 'ports.fixed_ips'])
    .select(['ports.port_security_enabled', 'ports.admin_state_up', 'ports.address_pairs', 'ports.dhcp_options'])
    .select(['ports.qos_policy_id', 'ports.dns_name'])
    .select(['ports.device_id', 'instance_homes.cell_id', 'subports.trunk_id'])
    .where('ports.id', 'in', [...ids])
    .execute();
  const ports = rows.map((row) => ({ ...row, groupIds: fromJson<string[]>(row.security_group_ids) }));
  const subports = await subportsOfParents(read, ids);
  const remotes = await remotesIn(read, cellId, [...new Set(ports.flatMap(({ groupIds }) => groupIds))]);
  const limits = await limitsOfPolicies(
    read,
    ports.flatMap(({ qos_policy_id }) => qos_policy_id ?? []),
  );
  return ports
    .filter(({ cell_id, groupIds }) => cell_id === cellId || groupIds.some((id) => remotes.has(id)))
    .map((port) => {
      const fixedIps = fromJson<FixedIp[]>(port.fixed_ips);
      const pairs = fromJson<AddressPair[]>(port.address_pairs);
      const dhcpOptions = fromJson<DhcpOption[]>(port.dhcp_options);
      const own = limits.get(port.qos_policy_id ?? '');
      const isSecure = port.port_security_enabled === 1;
      return {
        kind: 'port' as const,
        id: port.id,
        generation: port.revision,
        groupIds: port.groupIds,
        addresses: [...new Set([...fixedIps, ...pairs].map(({ address }) => address))],
        portSecurity: isSecure,
        ...(port.cell_id === cellId && port.trunk_id === null
          ? { server: { uuid: port.device_id, fixedIps, ...asMember(subports.get(port.id)) } }
          : {}),
        ...(pairs.length === 0 ? {} : { pairs }),
        ...(dhcpOptions.length === 0 ? {} : { dhcpOptions }),
        ...(port.dns_name === '' ? {} : { dnsName: port.dns_name }),
        ...(port.admin_state_up === 1 ? {} : { disabled: true }),
        ...(own === undefined ? {} : { limits: own }),
      };
    });
}

const asMember = (subports: readonly Subport[] | undefined) =>
  subports === undefined ? {} : { subports: [...subports] };

/** Which of these groups a rule of a group that a port in the cell has names as remote. */
async function remotesIn(
  read: DirectoryReader,
  cellId: string,
  groupIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (groupIds.length === 0) return new Set();
  const rows = await read
    .selectFrom('security_group_rules')
    .select('remote_group_id')
    .distinct()
    .where('remote_group_id', 'in', [...groupIds])
    .where(
      sql<boolean>`EXISTS (SELECT 1 FROM port_groups WHERE port_groups.group_id = security_group_rules.group_id AND port_groups.cell_id = ${cellId})`,
    )
    .execute();
  return new Set(rows.map(({ remote_group_id }) => remote_group_id ?? ''));
}
