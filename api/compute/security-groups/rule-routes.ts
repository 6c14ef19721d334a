import { addRule, removeRule } from '#platform/directory/stores/add-security-group-rule.ts';
import { getSecurityGroup } from '#platform/directory/stores/security-groups.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { always } from '../../http/by-version.ts';
import { ignoredQuery } from '../../http/parameter-types.ts';
import { type Route, route } from '../../http/route.ts';
import { PROXIES_UNTIL } from '../proxies.ts';
import { type NewRule, readRule } from './new-rule.ts';
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
        const group = await getSecurityGroup(directory.read, caller, groupId);
        const content = readRule(given);
        if (content.remoteGroupId !== null) uuidOf(content.remoteGroupId);
        const rule = await directory
          .transaction((tx) => addRule(tx, caller, group, content, timestamp(clock.now())))
          .catch((error: unknown) => refuse(error, groupId));
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
        await directory.transaction((tx) => removeRule(tx, request.caller, id, timestamp(clock.now())));
      },
    }),
  ];
}

/** @throws VolvoxError with the statuses of the Compute API for what is a conflict in the Network API. */
function refuse(error: unknown, groupId: string): never {
  if (!isVolvoxError(error, 'conflict')) throw error;
  if (error.details.type === 'OverQuota') return overQuota(error);
  throw new VolvoxError('invalid', `This rule already exists in group ${groupId}`, { cause: error });
}
