import { listRules, type SecurityGroupRuleRecord } from '#platform/directory/stores/security-group-rules.ts';
import { findSecurityGroups, type SecurityGroupRecord } from '#platform/directory/stores/security-groups.ts';
import type { ApiDeps } from '../../deps.ts';

type Read = ApiDeps['directory']['read'];
type Groups = ReadonlyMap<string, SecurityGroupRecord>;

const MAX_PORT = 65_535;

/** Groups with their rules, in the given order: three statements for any number of groups. */
export async function groupViews(read: Read, groups: readonly SecurityGroupRecord[]) {
  const rules = await listRules(
    read,
    groups.map(({ id }) => id),
  );
  const remote = await remoteGroups(read, rules);
  const byGroup = Map.groupBy(rules, ({ groupId }) => groupId);
  return groups.map(({ id, name, description, projectId }) => ({
    id,
    name,
    description,
    tenant_id: projectId,
    rules: (byGroup.get(id) ?? []).filter(isShown).map((rule) => ruleView(rule, remote)),
  }));
}

/** The groups that rules let in. */
export const remoteGroups = (read: Read, rules: readonly SecurityGroupRuleRecord[]): Promise<Groups> =>
  findSecurityGroups(
    read,
    rules.flatMap(({ remoteGroupId }) => remoteGroupId ?? []),
  );

/** The Compute API never had rules for what goes out. */
const isShown = ({ direction }: SecurityGroupRuleRecord): boolean => direction === 'ingress';

/** A protocol without ports shows all of them: 1 to 65535, or -1 where there are none. */
export function ruleView(rule: SecurityGroupRuleRecord, remote: Groups) {
  const { protocol, portMin, portMax, remoteGroupId } = rule;
  const all = protocol !== null && portMin === null && portMax === null;
  const hasPorts = protocol === 'tcp' || protocol === 'udp';
  const group = remoteGroupId === null ? undefined : remote.get(remoteGroupId);
  return {
    id: rule.id,
    parent_group_id: rule.groupId,
    ip_protocol: protocol,
    from_port: all ? (hasPorts ? 1 : -1) : portMin,
    to_port: all ? (hasPorts ? MAX_PORT : -1) : portMax,
    group: group === undefined ? {} : { name: group.name, tenant_id: group.projectId },
    ip_range: group === undefined ? { cidr: rule.remoteIpPrefix ?? '0.0.0.0/0' } : {},
  };
}
