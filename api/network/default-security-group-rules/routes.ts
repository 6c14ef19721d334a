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
import { answerList } from '../answer-list.ts';
import { requiredRevision } from '../if-match.ts';
import { type Created, readCreate } from '../request-types.ts';
import { emptyResponse, showQuery } from '../response-types.ts';
import { readRule } from '../security-groups/read-rule.ts';
import { CREATE_DEFAULT_RULE, DELETE_DEFAULT_RULE, GET_DEFAULT_RULE } from './policy.ts';
import * as schemas from './schema.ts';
import { defaultRuleView } from './view.ts';

const PATH = '/v2.0/default-security-group-rules';

/** The rules that new security groups begin with: `GET`, `POST`, `DELETE` under `/v2.0/default-security-group-rules`. */
export function defaultRuleRoutes({ directory, clock }: Pick<ApiDeps, 'directory' | 'clock'>): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: PATH,
      summary: 'Lists the rules that new security groups begin with.',
      policy: GET_DEFAULT_RULE,
      query: schemas.listDefaultRulesQuery,
      fields: 'default_security_group_rules',
      response: schemas.listDefaultRulesResponse,
      handle: (request) =>
        answerList(request, {
          noun: 'default_security_group_rules',
          path: 'default-security-group-rules',
          attributes: schemas.DEFAULT_RULE_ATTRIBUTES,
          list: (listing) => listDefaultRules(directory.read, listing),
          get: (id) => getDefaultRule(directory.read, id),
          views: (rules) => rules.map(defaultRuleView),
        }),
    }),
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
    route({
      method: 'GET',
      path: `${PATH}/:id`,
      summary: 'Shows a rule that new security groups begin with.',
      policy: GET_DEFAULT_RULE,
      query: showQuery,
      fields: 'default_security_group_rule',
      response: schemas.showDefaultRuleResponse,
      handle: async ({ params: { id = '' } }) => ({
        default_security_group_rule: defaultRuleView(await getDefaultRule(directory.read, id)),
      }),
    }),
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
