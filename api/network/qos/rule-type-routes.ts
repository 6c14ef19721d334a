import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { always } from '../../http/by-version.ts';
import { filterViews } from '../../http/list-views.ts';
import { filterQuery, filtersOf } from '../../http/listing.ts';
import { several, string } from '../../http/parameter-types.ts';
import { type Route, route } from '../../http/route.ts';
import { showQuery } from '../response-types.ts';
import { GET_RULE_TYPE, GET_RULE_TYPE_DETAILS } from './policy.ts';
import { RULE_KINDS } from './rule-kinds.ts';
import { listRuleTypesResponse, RULE_TYPE_ATTRIBUTES, showRuleTypeResponse } from './schema.ts';
import { ruleTypeView } from './view.ts';

const PATH = '/v2.0/qos/rule-types';

/** Clients may say that they mean those that every driver enforces, which all are. */
const ALL_ARE = { all_supported: several(string) };

/** Types of rules that hosts enforce: `GET` under `/v2.0/qos/rule-types`. */
export const ruleTypeRoutes = (): readonly Route[] => [
  route({
    method: 'GET',
    path: PATH,
    summary: 'Lists the types of rules of QoS policies that hosts enforce.',
    policy: GET_RULE_TYPE,
    query: always(filterQuery(RULE_TYPE_ATTRIBUTES, ALL_ARE)),
    fields: 'rule_types',
    response: listRuleTypesResponse,
    handle: ({ query }) => {
      const types = RULE_KINDS.map(({ type }) => ({ type }));
      return { rule_types: filterViews(types, filtersOf(query, RULE_TYPE_ATTRIBUTES)) };
    },
  }),
  route({
    method: 'GET',
    path: `${PATH}/:type`,
    summary: 'Shows what a type of rules takes, and which driver of hosts enforces it.',
    policy: GET_RULE_TYPE_DETAILS,
    query: showQuery,
    fields: 'rule_type',
    response: showRuleTypeResponse,
    handle: ({ params: { type = '' } }) => {
      const kind = RULE_KINDS.find((one) => one.type === type);
      if (kind !== undefined) return { rule_type: ruleTypeView(kind) };
      throw new VolvoxError('not-found', `QoS rule type ${type} could not be found.`, {
        details: { type: 'QosRuleTypeNotFound' },
      });
    },
  }),
];
