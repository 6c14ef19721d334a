import { randomUUID } from 'node:crypto';
import {
  type DefaultRuleRecord,
  deleteDefaultRule,
  getDefaultRule,
  insertDefaultRule,
  listDefaultRules,
} from '#platform/directory/stores/default-security-group-rules.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { type Route, route } from '../../http/route.ts';
import { requiredRevision } from '../if-match.ts';
import { listRoute, nounOf, showRoute } from '../noun-routes.ts';
import { type Created, readCreate } from '../request-types.ts';
import { emptyResponse } from '../response-types.ts';
import { readRule } from '../security-groups/read-rule.ts';
import { CREATE_DEFAULT_RULE, DELETE_DEFAULT_RULE, GET_DEFAULT_RULE } from './policy.ts';
import * as schemas from './schema.ts';
import { defaultRuleView } from './view.ts';

const PATH = '/v2.0/default-security-group-rules';

/** The rules that new security groups begin with: `GET`, `POST`, `DELETE` under `/v2.0/default-security-group-rules`. */
export function defaultRuleRoutes({ directory, clock }: Pick<ApiDeps, 'directory' | 'clock'>): readonly Route[] {
  const noun = nounOf({
    one: 'default_security_group_rule',
    many: 'default_security_group_rules',
    path: 'default-security-group-rules',
    policy: GET_DEFAULT_RULE,
    attributes: schemas.DEFAULT_RULE_ATTRIBUTES,
    query: schemas.listDefaultRulesQuery,
    responses: { list: schemas.listDefaultRulesResponse, show: schemas.showDefaultRuleResponse },
    list: (_request, listing) => listDefaultRules(directory.read, listing),
    get: (_caller, id) => getDefaultRule(directory.read, id),
    views: (rows) => rows.map(defaultRuleView),
  });
  return [
    listRoute(noun, 'Lists the rules that new security groups begin with.'),
    route<Created<schemas.NewDefaultRule>>({
      method: 'POST',
      path: PATH,
      summary: 'Adds a rule, or several, that new security groups begin with.',
      policy: CREATE_DEFAULT_RULE,
      body: schemas.createDefaultRuleBody,
      status: 201,
      response: schemas.createDefaultRuleResponse,
      handle: async ({ body }) => {
        const { items, answer } = readCreate(body, 'default_security_group_rule', 'default_security_group_rules');
        const now = timestamp(clock.now());
        const rules = items.map((given) => newRule(given, now));
        await directory.transaction(async (tx) => {
          for (const rule of rules) await insertDefaultRule(tx, rule);
        });
        return answer(rules.map(defaultRuleView));
      },
    }),
    showRoute(noun, 'Shows a rule that new security groups begin with.'),
    route({
      method: 'DELETE',
      path: `${PATH}/:id`,
      summary: 'Deletes a rule that new security groups begin with; groups that have it keep it.',
      policy: DELETE_DEFAULT_RULE,
      query: noQuery,
      status: 204,
      response: emptyResponse,
      handle: async ({ headers, params: { id = '' } }) => {
        // A rule never changes, so its revision needs no lock.
        const checkRevision = requiredRevision(headers);
        await directory.transaction(async (tx) => {
          checkRevision(await getDefaultRule(tx, id));
          await deleteDefaultRule(tx, id);
        });
      },
    }),
  ];
}

function newRule(given: schemas.NewDefaultRule, now: string): DefaultRuleRecord {
  const { remoteGroupId: _group, remoteAddressGroupId: _addresses, ...content } = readRule(given);
  return {
    ...content,
    id: randomUUID(),
    remoteGroupId: given.remote_group_id ?? null,
    inDefaultGroups: given.used_in_default_sg === true,
    inOtherGroups: given.used_in_non_default_sg !== false,
    ...{ createdAt: now, updatedAt: now, revision: 0 },
  };
}
