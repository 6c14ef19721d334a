import type { ServerGroupRecord } from '#platform/directory/stores/server-groups.ts';
import type { Microversion } from '../../http/microversion.ts';
import { since } from '../../http/since.ts';

const SINCE = since({ owner: 13, onePolicy: 64 });

/** Owner ids since 2.13; since 2.64 one policy with its rules instead of a list and metadata that was always empty. */
export function serverGroupView(group: ServerGroupRecord, version: Microversion): Record<string, unknown> {
  return {
    id: group.uuid,
    name: group.name,
    members: group.members,
    ...(SINCE.owner(version) ? { project_id: group.projectId, user_id: group.userId } : {}),
    ...(SINCE.onePolicy(version)
      ? { policy: group.policy, rules: rulesOf(group) }
      : { policies: [group.policy], metadata: {} }),
  };
}

const rulesOf = ({ maxServerPerHost }: ServerGroupRecord): Record<string, number> =>
  maxServerPerHost === null ? {} : { max_server_per_host: maxServerPerHost };
