import { findProject } from '#platform/directory/stores/projects.ts';
import { getRule, pageOfRules } from '#platform/directory/stores/security-group-rules.ts';
import {
  defaultSecurityGroup,
  getVisibleSecurityGroup,
  listSecurityGroups,
} from '#platform/directory/stores/security-groups.ts';
import type { ApiDeps } from '../../deps.ts';
import { booleanOf } from '../../http/listing.ts';
import type { ApiRequest, Route } from '../../http/route.ts';
import { listRoute, nounOf, showRoute } from '../noun-routes.ts';
import { groupViews } from './group-views.ts';
import { GET_SECURITY_GROUP, GET_SECURITY_GROUP_RULE } from './policy.ts';
import {
  GROUP_ATTRIBUTES,
  listGroupsQuery,
  listGroupsResponse,
  listRulesQuery,
  listRulesResponse,
  RULE_ATTRIBUTES,
  showGroupResponse,
  showRuleResponse,
} from './schema.ts';
import { ruleView } from './view.ts';

/** Groups and their rules, to be read (`write-routes.ts` changes them). */
export function securityGroupRoutes({ directory }: Pick<ApiDeps, 'directory'>): readonly Route[] {
  /** The caller's project has its default group before groups are read, and so has each project that an admin names and that exists. */
  const makeDefaults = async ({ caller, query }: ApiRequest): Promise<void> => {
    const asked = caller.isAdmin ? (query.project_id ?? query.tenant_id) : undefined;
    for (const projectId of new Set(asked ?? [caller.projectId])) {
      if (asked !== undefined && (await findProject(directory.read, projectId)) === null) continue;
      await directory.transaction((tx) => defaultSecurityGroup(tx, projectId));
    }
  };
  const afterDefaults = (list: Route): Route => ({
    ...list,
    handle: async (request) => {
      await makeDefaults(request);
      return list.handle(request);
    },
  });
  const groups = nounOf({
    one: 'security_group',
    many: 'security_groups',
    path: 'security-groups',
    policy: GET_SECURITY_GROUP,
    attributes: GROUP_ATTRIBUTES,
    query: listGroupsQuery,
    responses: { list: listGroupsResponse, show: showGroupResponse },
    list: ({ caller, query }, listing) =>
      listSecurityGroups(directory.read, caller, listing, (query.shared ?? []).map(booleanOf)),
    get: (caller, id) => getVisibleSecurityGroup(directory.read, caller, id),
    views: (rows, { caller }) => groupViews(directory.read, caller, rows),
  });
  const rules = nounOf({
    one: 'security_group_rule',
    many: 'security_group_rules',
    path: 'security-group-rules',
    policy: GET_SECURITY_GROUP_RULE,
    attributes: RULE_ATTRIBUTES,
    query: listRulesQuery,
    responses: { list: listRulesResponse, show: showRuleResponse },
    list: ({ caller }, listing) => pageOfRules(directory.read, caller, listing),
    get: (caller, id) => getRule(directory.read, caller, id),
    views: (rows) => rows.map(ruleView),
  });

  return [
    afterDefaults(listRoute(groups, 'Lists security groups.')),
    showRoute(groups, 'Shows a security group.'),
    afterDefaults(listRoute(rules, 'Lists rules of security groups.')),
    showRoute(rules, 'Shows a rule of a security group.'),
  ];
}
