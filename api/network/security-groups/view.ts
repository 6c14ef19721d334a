import { createHash } from 'node:crypto';
import type { SecurityGroupRecord } from '#platform/directory/stores/security-groups.ts';
import { neutronTime } from '../times.ts';

export const groupView = (group: SecurityGroupRecord) => ({
  id: group.id,
  name: group.name,
  description: group.description,
  project_id: group.projectId,
  tenant_id: group.projectId,
  stateful: true,
  shared: false,
  security_group_rules: rulesOf(group),
  tags: [],
  created_at: neutronTime(group.createdAt),
  updated_at: neutronTime(group.updatedAt),
  revision_number: 1,
});

/** Everything out, and in from members of the group. Ids follow from what a rule says. */
export const rulesOf = (group: SecurityGroupRecord) =>
  (['egress', 'ingress'] as const).flatMap((direction) =>
    (['IPv4', 'IPv6'] as const).map((ethertype) => ({
      id: uuidOf(`${group.id}/${direction}/${ethertype}`),
      security_group_id: group.id,
      project_id: group.projectId,
      tenant_id: group.projectId,
      direction,
      ethertype,
      protocol: null,
      port_range_min: null,
      port_range_max: null,
      remote_ip_prefix: null,
      remote_group_id: direction === 'ingress' ? group.id : null,
      remote_address_group_id: null,
      description: '',
      tags: [],
      created_at: neutronTime(group.createdAt),
      updated_at: neutronTime(group.updatedAt),
      revision_number: 0,
    })),
  );

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
