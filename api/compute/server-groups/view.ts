import type { ServerGroupRecord } from '#platform/directory/stores/server-groups.ts';

/** Owner ids since 2.13; since 2.64 one policy with its rules instead of a list and metadata that was always empty. */
export function serverGroupView(group: ServerGroupRecord, minor: number): Record<string, unknown> {
  return {
    id: group.uuid,
    name: group.name,
    members: group.members,
    ...(minor >= 13 ? { project_id: group.projectId, user_id: group.userId } : {}),
    ...(minor >= 64 ? { policy: group.policy, rules: rulesOf(group) } : { policies: [group.policy], metadata: {} }),
  };
}

const rulesOf = ({ maxServerPerHost }: ServerGroupRecord): Record<string, number> =>
  maxServerPerHost === null ? {} : { max_server_per_host: maxServerPerHost };
