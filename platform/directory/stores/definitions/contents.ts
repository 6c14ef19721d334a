import type { DefinitionKey, GroupDefinition } from '../../../objects/definitions.ts';
import type { DirectoryReader } from '../../directory.ts';
import { addressesOf } from '../address-groups.ts';
import { listRules, type SecurityGroupRuleRecord } from '../security-group-rules.ts';
import { cellsOfGroups } from './cells-of-groups.ts';
import { neededNetworks, neededRouters } from './contents-of-networks.ts';
import { neededPorts } from './contents-of-ports.ts';
import { type Needed, neededBy } from './needed.ts';

/** What of these cells need, as it is now. What no cell needs, or what is gone, is left out. */
export async function neededContents(
  read: DirectoryReader,
  keys: readonly DefinitionKey[],
): Promise<readonly Needed[]> {
  const idsOf = (kind: DefinitionKey['kind']) => [
    ...new Set(keys.filter((key) => key.kind === kind).map(({ id }) => id)),
  ];
  return [
    ...(await neededGroups(read, idsOf('group'))),
    ...(await neededNetworks(read, idsOf('network'))),
    ...(await neededPorts(read, idsOf('port'))),
    ...(await neededRouters(read, idsOf('router'))),
  ];
}

/** Those that a port of a server in a cell has. The revision is read before the rules, so that rules are never older than it says. */
async function neededGroups(read: DirectoryReader, ids: readonly string[]): Promise<readonly Needed[]> {
  if (ids.length === 0) return [];
  const cells = await cellsOfGroups(read, ids);
  const groups = await read
    .selectFrom('security_groups')
    .select(['id', 'revision', 'stateful'])
    .where('id', 'in', [...ids])
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
  const definitions = groups.map(({ id, revision, stateful }) => ({
    kind: 'group' as const,
    id,
    generation: revision,
    rules: (rules.get(id) ?? []).flatMap((rule) =>
      rulesOf(rule, addresses).map((told) => (stateful === 1 ? told : { ...told, stateless: true })),
    ),
  }));
  return neededBy(cells, definitions);
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
