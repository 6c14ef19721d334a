import type { DirectoryReader } from '#platform/directory/directory.ts';
import type { NetworkViewer } from '#platform/directory/stores/networks.ts';
import { sharedOf } from '#platform/directory/stores/rbac-policies.ts';
import { listRules } from '#platform/directory/stores/security-group-rules.ts';
import type { SecurityGroupRecord } from '#platform/directory/stores/security-groups.ts';
import { groupView } from './view.ts';

/** Groups with their rules, as this viewer sees them. */
export async function groupViews(read: DirectoryReader, viewer: NetworkViewer, groups: readonly SecurityGroupRecord[]) {
  const ids = groups.map(({ id }) => id);
  const [all, shared] = await Promise.all([
    listRules(read, ids),
    sharedOf(read, 'security_group', viewer.projectId, ids),
  ]);
  const rules = Map.groupBy(all, ({ groupId }) => groupId);
  return groups.map((group) => groupView({ group, rules: rules.get(group.id) ?? [], shared: shared.has(group.id) }));
}
