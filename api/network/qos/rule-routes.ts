import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import { getQosPolicy, lockQosPolicy, noteChangedRules } from '#platform/directory/stores/qos-policies.ts';
import {
  deleteQosRule,
  getQosRule,
  insertQosRule,
  listQosRules,
  policyOfRule,
  type QosRuleRecord,
  updateQosRule,
} from '#platform/directory/stores/qos-rules.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { always } from '../../http/by-version.ts';
import { listQuery } from '../../http/listing.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { type Authorizing, authorizeOwner, type Policy } from '../../http/policy.ts';
import { pageOf, shape } from '../../http/response-types.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { answerList } from '../answer-list.ts';
import { updateBody } from '../request-types.ts';
import { emptyResponse, showQuery } from '../response-types.ts';
import type { RuleKind } from './rule-kinds.ts';

type Body = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
type Params = Readonly<Record<string, string | undefined>>;
type Deps = Pick<ApiDeps, 'directory' | 'clock'>;

/** Before anything is given. */
const NOTHING: Pick<QosRuleRecord, 'direction' | 'rate' | 'burst' | 'dscpMark'> = {
  ...{ direction: 'egress', rate: 0, burst: 0, dscpMark: 0 },
};

/**
 * Rules of one type: under `/v2.0/qos/policies/{id}/<rules>`, and each by itself under `/v2.0/qos/alias_<rules>`.
 */
export function ruleRoutes(deps: Deps, kind: RuleKind): readonly Route[] {
  const { directory, clock } = deps;
  const { one, words, policies, aliasPolicies, type } = kind;
  const many = `${one}s`;
  const path = `/v2.0/qos/policies/:id/${many}`;
  const changeable = Object.fromEntries(
    Object.entries(kind.given).map(([name, given]) => [name, Type.Optional(given)]),
  );
  const created = { ...changeable, [kind.required]: kind.given[kind.required] ?? Type.Never() };
  const response = always(shape({ [one]: shape(kind.members) }));
  const viewOf = (rule: QosRuleRecord) => ({ [one]: kind.view(rule) });
  const now = () => timestamp(clock.now());

  /** Changes the rules of a policy; its hosts hear of it. */
  const write = (
    { caller }: Pick<ApiRequest, 'caller'>,
    rule: Policy,
    policyId: string,
    change: (tx: Parameters<Parameters<typeof directory.transaction>[0]>[0]) => Promise<QosRuleRecord>,
  ) =>
    directory.transaction(async (tx) => {
      const policy = authorizeOwner(rule, caller, await lockQosPolicy(tx, caller, policyId));
      const changed = await change(tx);
      await noteChangedRules(tx, policy, now());
      return changed;
    });
  /** A rule in its policy, and by itself. */
  const ways = [
    {
      path: `${path}/:rule`,
      policies,
      policyOf: (_caller: Authorizing, { id = '' }: Params) => Promise.resolve(id),
    },
    {
      path: `/v2.0/qos/alias_${many}/:rule`,
      policies: aliasPolicies,
      policyOf: async (caller: Authorizing, { rule = '' }: Params) => {
        const id = await policyOfRule(directory.read, type, rule);
        const isKnown = id !== null && (await mayKnow(deps, caller, id));
        if (isKnown) return id;
        throw new VolvoxError('not-found', `QoS rule ${rule} could not be found.`, {
          details: { type: 'QosRuleNotFound' },
        });
      },
    },
  ];

  return [
    route({
      method: 'GET',
      path,
      summary: `Lists the rules of a QoS policy that are ${words}.`,
      policy: policies.get,
      query: always(listQuery(kind.attributes)),
      fields: many,
      response: always(pageOf(many, shape(kind.members))),
      handle: async (request) => {
        const { id } = await getQosPolicy(directory.read, request.caller, request.params.id ?? '');
        return answerList(request, {
          noun: many,
          path: `qos/policies/${id}/${many}`,
          attributes: kind.attributes,
          list: (listing) =>
            listQosRules(directory.read, [id], {
              ...listing,
              filters: [...listing.filters, { member: 'type', anyOf: [type] }],
            }),
          get: (rule) => getQosRule(directory.read, id, type, rule),
          views: (rows) => rows.map(kind.view),
        });
      },
    }),
    route<Body>({
      method: 'POST',
      path,
      summary: `Adds ${words} to a QoS policy.`,
      policy: policies.create,
      authorizes: 'handler',
      body: updateBody(one, created),
      status: 201,
      response,
      handle: async (request) => {
        const policyId = request.params.id ?? '';
        const made = await write(request, policies.create, policyId, async (tx) => {
          const rule = { id: randomUUID(), policyId, type, ...kind.read(request.body[one] ?? {}, NOTHING) };
          await insertQosRule(tx, rule);
          return rule;
        });
        return viewOf(made);
      },
    }),
    ...ways.flatMap((way) => [
      route({
        method: 'GET',
        path: way.path,
        summary: `Shows a rule that is ${words}.`,
        policy: way.policies.get,
        query: showQuery,
        fields: one,
        response,
        handle: async ({ caller, params }) => {
          const policyId = await way.policyOf(caller, params);
          await getQosPolicy(directory.read, caller, policyId);
          return viewOf(await getQosRule(directory.read, policyId, type, params.rule ?? ''));
        },
      }),
      route<Body>({
        method: 'PUT',
        path: way.path,
        summary: `Changes a rule that is ${words}.`,
        policy: way.policies.update,
        authorizes: 'handler',
        body: updateBody(one, changeable),
        response,
        handle: async (request) => {
          const policyId = await way.policyOf(request.caller, request.params);
          const changed = await write(request, way.policies.update, policyId, async (tx) => {
            const before = await getQosRule(tx, policyId, type, request.params.rule ?? '');
            const rule = { ...before, ...kind.read(request.body[one] ?? {}, before) };
            await updateQosRule(tx, rule);
            return rule;
          });
          return viewOf(changed);
        },
      }),
      route({
        method: 'DELETE',
        path: way.path,
        summary: `Deletes a rule that is ${words}.`,
        policy: way.policies.delete,
        authorizes: 'handler',
        query: noQuery,
        status: 204,
        response: emptyResponse,
        handle: async (request) => {
          const policyId = await way.policyOf(request.caller, request.params);
          await write(request, way.policies.delete, policyId, async (tx) => {
            const rule = await getQosRule(tx, policyId, type, request.params.rule ?? '');
            await deleteQosRule(tx, rule.id);
            return rule;
          });
        },
      }),
    ]),
  ];
}

const mayKnow = async ({ directory }: Deps, caller: Authorizing, policyId: string): Promise<boolean> =>
  getQosPolicy(directory.read, caller, policyId).then(
    () => true,
    (error: unknown) => {
      if (error instanceof VolvoxError && error.kind === 'not-found') return false;
      throw error;
    },
  );
