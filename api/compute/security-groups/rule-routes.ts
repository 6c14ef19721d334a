import { randomUUID } from 'node:crypto';
import { changeSecurityGroup, lockSecurityGroup } from '#platform/directory/stores/change-security-groups.ts';
import { requireNetworkQuota } from '#platform/directory/stores/network-quotas.ts';
import { deleteRule, getRule, insertRules, listRules } from '#platform/directory/stores/security-group-rules.ts';
import { getSecurityGroup } from '#platform/directory/stores/security-groups.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { always } from '../../http/by-version.ts';
import { ignoredQuery } from '../../http/parameter-types.ts';
import { type Route, route } from '../../http/route.ts';
import { PROXIES_UNTIL } from '../proxies.ts';
import { isSameRule, type NewRule, readRule } from './new-rule.ts';
import { RULES_CREATE, RULES_DELETE } from './policy.ts';
import { groupIdOf, overQuota, uuidOf } from './refusals.ts';
import { ruleBody, ruleResponse } from './schema.ts';
import { remoteGroups, ruleView } from './view.ts';

/** Rules of security groups for what comes in, the only ones that the Compute API ever had. */
export function ruleRoutes({ directory, clock }: Pick<ApiDeps, 'directory' | 'clock'>): readonly Route[] {
  return [
    route<{ readonly security_group_rule: NewRule }>({
      method: 'POST',
      path: '/os-security-group-rules',
      until: PROXIES_UNTIL,
      summary: 'Adds a rule to a security group.',
      policy: RULES_CREATE,
      query: ignoredQuery,
      body: ruleBody,
      response: ruleResponse,
      handle: async ({ body: { security_group_rule: given }, caller }) => {
        const groupId = uuidOf(given.parent_group_id);
        const { projectId } = await getSecurityGroup(directory.read, caller, groupId);
        const content = readRule(given);
        if (content.remoteGroupId !== null) {
          await getSecurityGroup(directory.read, caller, uuidOf(content.remoteGroupId));
        }
        const now = timestamp(clock.now());
        const rule = await directory.transaction(async (tx) => {
          await requireNetworkQuota(tx, 'security_group_rule', [projectId]).catch(overQuota);
          const group = await lockSecurityGroup(tx, caller, groupId);
          const rules = await listRules(tx, [groupId]);
          if (rules.some((one) => one.direction === 'ingress' && isSameRule(one, content))) {
            throw new VolvoxError('invalid', `This rule already exists in group ${groupId}`);
          }
          const made = {
            ...content,
            ...{ id: randomUUID(), groupId, projectId, direction: 'ingress' as const, description: '' },
            ...{ createdAt: now, updatedAt: now, revision: 0 },
          };
          await insertRules(tx, [made]);
          await changeSecurityGroup(tx, group, {}, now);
          return made;
        });
        return { security_group_rule: ruleView(rule, await remoteGroups(directory.read, [rule])) };
      },
    }),
    route({
      method: 'DELETE',
      path: '/os-security-group-rules/:id',
      until: PROXIES_UNTIL,
      status: 202,
      summary: 'Deletes a rule of a security group.',
      policy: RULES_DELETE,
      query: ignoredQuery,
      response: always('empty'),
      handle: async (request) => {
        const id = groupIdOf(request);
        await directory.transaction(async (tx) => {
          const { groupId } = await getRule(tx, request.caller, id);
          const group = await lockSecurityGroup(tx, request.caller, groupId);
          await deleteRule(tx, id);
          await changeSecurityGroup(tx, group, {}, timestamp(clock.now()));
        });
      },
    }),
  ];
}
