import { randomUUID } from 'node:crypto';
import { requireNetworkQuota } from '#platform/directory/stores/network-quotas.ts';
import {
  changeQosPolicy,
  deleteQosPolicy,
  getQosPolicy,
  insertQosPolicy,
  listQosPolicies,
  lockQosPolicy,
  type QosPolicyRecord,
} from '#platform/directory/stores/qos-policies.ts';
import { listQosRules } from '#platform/directory/stores/qos-rules.ts';
import { requireUnused } from '#platform/directory/stores/rbac-objects.ts';
import { EVERY_PROJECT } from '#platform/directory/stores/rbac-policies.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { type Authorizing, authorizeOwner } from '../../http/policy.ts';
import { type Route, route } from '../../http/route.ts';
import { requiredRevision } from '../if-match.ts';
import { deleteRoute, listRoute, nounOf, showRoute } from '../noun-routes.ts';
import { ownerOf } from '../policy.ts';
import { type Created, readCreate } from '../request-types.ts';
import { CREATE_POLICY, DELETE_POLICY, GET_POLICY, UPDATE_POLICY } from './policy.ts';
import { RULE_KINDS } from './rule-kinds.ts';
import { ruleRoutes } from './rule-routes.ts';
import { ruleTypeRoutes } from './rule-type-routes.ts';
import * as schemas from './schema.ts';
import { unenforcedRuleRoutes } from './unenforced-rules.ts';
import { qosPolicyView } from './view.ts';

const PATH = '/v2.0/qos/policies';

/** QoS policies and their rules: `GET`, `POST`, `PUT`, `DELETE` under `/v2.0/qos`. */
export function qosRoutes(deps: Pick<ApiDeps, 'directory' | 'clock'>): readonly Route[] {
  const { directory, clock } = deps;
  const now = () => timestamp(clock.now());
  const views = async (policies: readonly QosPolicyRecord[], caller: Authorizing) => {
    const ids = policies.map(({ id }) => id);
    const rules = Map.groupBy(await listQosRules(directory.read, ids), ({ policyId }) => policyId);
    return policies.map((policy) => qosPolicyView(policy, rules.get(policy.id) ?? [], caller));
  };
  const noun = nounOf({
    one: 'policy',
    many: 'policies',
    path: 'qos/policies',
    policy: GET_POLICY,
    attributes: schemas.QOS_POLICY_ATTRIBUTES,
    query: schemas.listQosPoliciesQuery,
    responses: { list: schemas.listQosPoliciesResponse, show: schemas.showQosPolicyResponse },
    list: ({ caller }, listing) => listQosPolicies(directory.read, caller, listing),
    get: (caller, id) => getQosPolicy(directory.read, caller, id),
    views: (rows, { caller }) => views(rows, caller),
  });

  return [
    listRoute(noun, 'Lists QoS policies.'),
    route<Created<schemas.NewQosPolicy>>({
      method: 'POST',
      path: PATH,
      summary: 'Creates a QoS policy, or several.',
      policy: CREATE_POLICY,
      authorizes: 'handler',
      body: schemas.createQosPolicyBody,
      status: 201,
      response: schemas.createQosPolicyResponse,
      handle: async ({ body, caller }) => {
        const { items, answer } = readCreate(body, 'policy', 'policies');
        const policies = items.map((given) => newPolicy(caller, given, now()));
        const owners = policies.map(({ projectId }) => projectId);
        await directory.transaction(async (tx) => {
          await requireNetworkQuota(tx, 'qos_policy', owners);
          for (const policy of policies) await insertQosPolicy(tx, policy);
        });
        return answer(await views(policies, caller));
      },
    }),
    showRoute(noun, 'Shows a QoS policy with its rules.'),
    route<schemas.QosPolicyUpdate>({
      method: 'PUT',
      path: `${PATH}/:id`,
      summary: 'Changes a QoS policy.',
      policy: UPDATE_POLICY,
      authorizes: 'handler',
      body: schemas.updateQosPolicyBody,
      response: schemas.showQosPolicyResponse,
      handle: async ({ body: { policy: given }, caller, headers, params: { id = '' } }) => {
        const checkRevision = requiredRevision(headers);
        const changed = await directory.transaction(async (tx) => {
          const locked = authorizeOwner(UPDATE_POLICY, caller, await lockQosPolicy(tx, caller, id));
          checkRevision(locked);
          if (locked.shared && given.shared === false) await requireUnused(tx, locked.projectId, forEveryProject(id));
          return changeQosPolicy(tx, locked, {
            ...(given.name === undefined ? {} : { name: given.name }),
            ...(given.description === undefined ? {} : { description: given.description }),
            ...(given.shared === undefined ? {} : { shared: given.shared }),
            ...(given.is_default === undefined ? {} : { isDefault: given.is_default }),
            updatedAt: now(),
          });
        });
        const [policy] = await views([changed], caller);
        return { policy };
      },
    }),
    deleteRoute<QosPolicyRecord>(noun, {
      summary: 'Deletes a QoS policy that no port or network has.',
      policy: DELETE_POLICY,
      directory,
      lock: lockQosPolicy,
      remove: deleteQosPolicy,
    }),
    ...RULE_KINDS.flatMap((kind) => ruleRoutes(deps, kind)),
    ...unenforcedRuleRoutes(),
    ...ruleTypeRoutes(),
  ];
}

/** What makes a policy shared. */
const forEveryProject = (objectId: string) =>
  ({ objectType: 'qos_policy', objectId, action: 'access_as_shared', targetProject: EVERY_PROJECT }) as const;

const newPolicy = (caller: Authorizing, given: schemas.NewQosPolicy, now: string): QosPolicyRecord => ({
  id: randomUUID(),
  projectId: ownerOf(CREATE_POLICY, caller, given),
  name: given.name,
  description: given.description ?? '',
  shared: given.shared === true,
  isDefault: given.is_default === true,
  tags: [...new Set(given.tags)],
  ...{ createdAt: now, updatedAt: now, revision: 0 },
});
