import { findProject } from '#platform/directory/stores/projects.ts';
import { getRule, listRules, pageOfRules } from '#platform/directory/stores/security-group-rules.ts';
import {
  defaultSecurityGroup,
  getSecurityGroup,
  listSecurityGroups,
  type SecurityGroupRecord,
} from '#platform/directory/stores/security-groups.ts';
import type { ApiDeps } from '../../deps.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { answerList } from '../answer-list.ts';
import { showQuery } from '../response-types.ts';
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
import { groupView, ruleView } from './view.ts';

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
  const groupViews = async (groups: readonly SecurityGroupRecord[]) => {
    const all = await listRules(
      directory.read,
      groups.map(({ id }) => id),
    );
    const rules = Map.groupBy(all, ({ groupId }) => groupId);
    return groups.map((group) => groupView({ group, rules: rules.get(group.id) ?? [] }));
  };

  return [
    route({
      method: 'GET',
      path: '/v2.0/security-groups',
      summary: 'Lists security groups.',
      policy: GET_SECURITY_GROUP,
      query: listGroupsQuery,
      fields: 'security_groups',
      response: listGroupsResponse,
      handle: async (request) => {
        await makeDefaults(request);
        return answerList(request, {
          noun: 'security_groups',
          path: 'security-groups',
          attributes: GROUP_ATTRIBUTES,
          list: (listing) => listSecurityGroups(directory.read, request.caller, listing),
          get: (id) => getSecurityGroup(directory.read, request.caller, id),
          views: groupViews,
        });
      },
    }),
    route({
      method: 'GET',
      path: '/v2.0/security-groups/:id',
      summary: 'Shows a security group.',
      policy: GET_SECURITY_GROUP,
      query: showQuery,
      fields: 'security_group',
      response: showGroupResponse,
      handle: async ({ caller, params: { id = '' } }) => {
        const [view] = await groupViews([await getSecurityGroup(directory.read, caller, id)]);
        return { security_group: view };
      },
    }),
    route({
      method: 'GET',
      path: '/v2.0/security-group-rules',
      summary: 'Lists rules of security groups.',
      policy: GET_SECURITY_GROUP_RULE,
      query: listRulesQuery,
      fields: 'security_group_rules',
      response: listRulesResponse,
      handle: async (request) => {
        await makeDefaults(request);
        return answerList(request, {
          noun: 'security_group_rules',
          path: 'security-group-rules',
          attributes: RULE_ATTRIBUTES,
          list: (listing) => pageOfRules(directory.read, request.caller, listing),
          get: (id) => getRule(directory.read, request.caller, id),
          views: (rules) => rules.map(ruleView),
        });
      },
    }),
    route({
      method: 'GET',
      path: '/v2.0/security-group-rules/:id',
      summary: 'Shows a rule of a security group.',
      policy: GET_SECURITY_GROUP_RULE,
      query: showQuery,
      fields: 'security_group_rule',
      response: showRuleResponse,
      handle: async ({ caller, params: { id = '' } }) => ({
        security_group_rule: ruleView(await getRule(directory.read, caller, id)),
      }),
    }),
  ];
}
