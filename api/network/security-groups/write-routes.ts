import { addRule, removeRule } from '#platform/directory/stores/add-security-group-rule.ts';
import {
  changeSecurityGroup,
  createSecurityGroup,
  deleteSecurityGroup,
  lockSecurityGroup,
} from '#platform/directory/stores/change-security-groups.ts';
import { requireNetworkQuota } from '#platform/directory/stores/network-quotas.ts';
import { getRule, type SecurityGroupRuleRecord } from '#platform/directory/stores/security-group-rules.ts';
import {
  defaultSecurityGroup,
  getSecurityGroup,
  type SecurityGroupRecord,
} from '#platform/directory/stores/security-groups.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { authorizeOwner } from '../../http/policy.ts';
import { type Route, route } from '../../http/route.ts';
import { requiredRevision } from '../if-match.ts';
import { deleteRoute } from '../noun-routes.ts';
import { ownerOf } from '../policy.ts';
import { type Created, readCreate } from '../request-types.ts';
import { emptyResponse } from '../response-types.ts';
import { groupViews } from './group-views.ts';
import * as policies from './policy.ts';
import { readRule } from './read-rule.ts';
import * as schemas from './schema.ts';
import { ruleView } from './view.ts';

/** What changes security groups and their rules. A change raises the revision of the group. */
export function writeGroupRoutes({ directory, clock }: Pick<ApiDeps, 'directory' | 'clock'>): readonly Route[] {
  const now = () => timestamp(clock.now());
  return [
    route<Created<schemas.NewGroup>>({
      method: 'POST',
      path: '/v2.0/security-groups',
      summary: 'Creates a security group, or several.',
      policy: policies.CREATE_SECURITY_GROUP,
      authorizes: 'handler',
      body: schemas.createGroupBody,
      status: 201,
      response: schemas.createGroupResponse,
      handle: async ({ body, caller }) => {
        const { items, answer } = readCreate(body, 'security_group', 'security_groups');
        const asked = items.map(({ name = '', description = '', stateful = true, ...given }) => ({
          ...{ name, description, stateful, projectId: ownerOf(policies.CREATE_SECURITY_GROUP, caller, given) },
        }));
        const owners = asked.map(({ projectId }) => projectId);
        const groups = await directory.transaction(async (tx) => {
          await requireNetworkQuota(tx, 'security_group', owners);
          for (const projectId of new Set(owners)) await defaultSecurityGroup(tx, projectId);
          const made: SecurityGroupRecord[] = [];
          for (const one of asked) made.push(await createSecurityGroup(tx, one, now()));
          return made;
        });
        return answer(await groupViews(directory.read, caller, groups));
      },
    }),
    route<schemas.GroupUpdate>({
      method: 'PUT',
      path: '/v2.0/security-groups/:id',
      summary: 'Changes a security group; whether it is stateful while no port has it.',
      policy: policies.UPDATE_SECURITY_GROUP,
      authorizes: 'handler',
      body: schemas.updateGroupBody,
      response: schemas.showGroupResponse,
      handle: async ({ body: { security_group: changes }, caller, headers, params: { id = '' } }) => {
        const checkRevision = requiredRevision(headers);
        authorizeOwner(policies.UPDATE_SECURITY_GROUP, caller, await getSecurityGroup(directory.read, caller, id));
        const group = await directory.transaction(async (tx) => {
          const locked = await lockSecurityGroup(tx, caller, id);
          checkRevision(locked);
          return changeSecurityGroup(tx, locked, changes, now());
        });
        const [view] = await groupViews(directory.read, caller, [group]);
        return { security_group: view };
      },
    }),
    deleteRoute<SecurityGroupRecord>(
      { path: 'security-groups' },
      {
        summary: 'Deletes a security group that no port has.',
        policy: policies.DELETE_SECURITY_GROUP,
        directory,
        lock: lockSecurityGroup,
        remove: deleteSecurityGroup,
      },
    ),
    route<Created<schemas.NewRule>>({
      method: 'POST',
      path: '/v2.0/security-group-rules',
      summary: 'Adds a rule to a security group, or several.',
      policy: policies.CREATE_SECURITY_GROUP_RULE,
      authorizes: 'handler',
      body: schemas.createRuleBody,
      status: 201,
      response: schemas.createRuleResponse,
      handle: async ({ body, caller }) => {
        const { items, answer } = readCreate(body, 'security_group_rule', 'security_group_rules');
        const asked: { readonly group: SecurityGroupRecord; readonly content: ReturnType<typeof readRule> }[] = [];
        for (const given of items) {
          const group = await getSecurityGroup(directory.read, caller, given.security_group_id);
          authorizeOwner(policies.CREATE_SECURITY_GROUP_RULE, caller, group);
          asked.push({ group, content: readRule(given) });
        }
        const rules = await directory.transaction(async (tx) => {
          const made: SecurityGroupRuleRecord[] = [];
          for (const { group, content } of asked) made.push(await addRule(tx, caller, group, content, now()));
          return made;
        });
        return answer(rules.map(ruleView));
      },
    }),
    route({
      method: 'DELETE',
      path: '/v2.0/security-group-rules/:id',
      summary: 'Deletes a rule of a security group.',
      policy: policies.DELETE_SECURITY_GROUP_RULE,
      authorizes: 'handler',
      query: noQuery,
      status: 204,
      response: emptyResponse,
      handle: async ({ caller, headers, params: { id = '' } }) => {
        // A rule never changes, so its revision needs no lock.
        const checkRevision = requiredRevision(headers);
        const rule = await getRule(directory.read, caller, id);
        checkRevision(authorizeOwner(policies.DELETE_SECURITY_GROUP_RULE, caller, rule));
        await directory.transaction((tx) => removeRule(tx, caller, id, now()));
      },
    }),
  ];
}
