import { createHash, randomUUID } from 'node:crypto';
import type { SecurityGroupRuleRecord } from './security-group-rules.ts';

interface Group {
  readonly id: string;
  readonly projectId: string;
  readonly createdAt: string;
}

/** The rules that a group is made with: everything out. */
export const rulesOfNewGroup = (group: Group): readonly SecurityGroupRuleRecord[] =>
  anyRules(group, 'egress', () => randomUUID());

/** Those of a project's default group: everything out, and in from its members. Their ids are those that earlier releases showed. */
export function rulesOfDefaultGroup(group: Group): readonly SecurityGroupRuleRecord[] {
  const idOf = (direction: string, ethertype: string) => uuidOf(`${group.id}/${direction}/${ethertype}`);
  return [
    ...anyRules(group, 'egress', idOf),
    ...anyRules(group, 'ingress', idOf).map((rule) => ({ ...rule, remoteGroupId: group.id })),
  ];
}

function anyRules(
  { id, projectId, createdAt }: Group,
  direction: SecurityGroupRuleRecord['direction'],
  idOf: (direction: string, ethertype: string) => string,
): readonly SecurityGroupRuleRecord[] {
  return (['IPv4', 'IPv6'] as const).map((ethertype) => ({
    id: idOf(direction, ethertype),
    groupId: id,
    projectId,
    direction,
    ethertype,
    protocol: null,
    portMin: null,
    portMax: null,
    remoteIpPrefix: null,
    remoteGroupId: null,
    remoteAddressGroupId: null,
    description: '',
    createdAt,
    updatedAt: createdAt,
    revision: 0,
  }));
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
