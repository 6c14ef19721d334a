import { randomUUID } from 'node:crypto';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { requireNetworkQuota } from '#platform/directory/stores/network-quotas.ts';
import { lockSharedObject, reflectPolicies, requireUnused } from '#platform/directory/stores/rbac-objects.ts';
import {
  deleteRbacPolicy,
  EVERY_PROJECT,
  getRbacPolicy,
  insertRbacPolicy,
  listRbacPolicies,
  type RbacPolicyRecord,
  retargetRbacPolicy,
} from '#platform/directory/stores/rbac-policies.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { type Authorizing, authorize, authorizeOwner } from '../../http/policy.ts';
import { type Route, route } from '../../http/route.ts';
import { requiredRevision } from '../if-match.ts';
import { deleteRoute, listRoute, nounOf, showRoute } from '../noun-routes.ts';
import { invalidInput, ownerOf } from '../policy.ts';
import { type Created, readCreate } from '../request-types.ts';
import * as policies from './policy.ts';
import * as schemas from './schema.ts';
import { rbacPolicyView } from './view.ts';

const PATH = '/v2.0/rbac-policies';
/** It may administer what it shares already, so its policies find the object whoever owns it. */
const ANYBODY = { projectId: '', isAdmin: true } as const;

/** What is shared with whom: `GET`, `POST`, `PUT`, `DELETE` under `/v2.0/rbac-policies`. */
export function rbacPolicyRoutes({ directory, clock }: Pick<ApiDeps, 'directory' | 'clock'>): readonly Route[] {
  const now = () => timestamp(clock.now());
  const noun = nounOf({
    one: 'rbac_policy',
    many: 'rbac_policies',
    path: 'rbac-policies',
    policy: policies.GET_RBAC_POLICY,
    attributes: schemas.RBAC_POLICY_ATTRIBUTES,
    query: schemas.listRbacPoliciesQuery,
    responses: { list: schemas.listRbacPoliciesResponse, show: schemas.showRbacPolicyResponse },
    list: ({ caller }, listing) => listRbacPolicies(directory.read, caller, listing),
    get: (caller, id) => getRbacPolicy(directory.read, caller, id),
    views: (rows) => rows.map(rbacPolicyView),
  });
  const share = async (tx: DirectoryTx, caller: Authorizing, policy: RbacPolicyRecord) => {
    const { projectId } = await lockSharedObject(tx, caller, policy);
    if (projectId !== caller.projectId) authorize(policies.SHARE_FOREIGN, caller);
    await insertRbacPolicy(tx, policy);
    await reflectPolicies(tx, policy, now());
  };

  return [
    listRoute(noun, 'Lists what is shared with whom.'),
    route<Created<schemas.NewRbacPolicy>>({
      method: 'POST',
      path: PATH,
      summary: 'Shares an object with a project or with every one, or several objects.',
      policy: policies.CREATE_RBAC_POLICY,
      authorizes: 'handler',
      body: schemas.createRbacPolicyBody,
      status: 201,
      response: schemas.createRbacPolicyResponse,
      handle: async ({ body, caller }) => {
        const { items, answer } = readCreate(body, 'rbac_policy', 'rbac_policies');
        const made = items.map((given) => newPolicy(caller, given));
        const owners = made.map(({ projectId }) => projectId);
        await directory.transaction(async (tx) => {
          await requireNetworkQuota(tx, 'rbac_policy', owners);
          for (const policy of made) await share(tx, caller, policy);
        });
        return answer(made.map(rbacPolicyView));
      },
    }),
    showRoute(noun, 'Shows a policy of what is shared with whom.'),
    route<schemas.RbacPolicyUpdate>({
      method: 'PUT',
      path: `${PATH}/:id`,
      summary: 'Changes with whom an object is shared.',
      policy: policies.UPDATE_RBAC_POLICY,
      authorizes: 'handler',
      body: schemas.updateRbacPolicyBody,
      response: schemas.showRbacPolicyResponse,
      handle: async ({ body: { rbac_policy: given }, caller, headers, params: { id = '' } }) => {
        const checkRevision = requiredRevision(headers);
        const policy = await directory.transaction(async (tx) => {
          const { locked, ownerId } = await lockPolicy(tx, caller, id);
          authorizeOwner(policies.UPDATE_RBAC_POLICY, caller, locked);
          const target = given.target_tenant ?? locked.targetProject;
          if (target === EVERY_PROJECT) authorize(policies.UPDATE_FOR_EVERYBODY, caller);
          checkRevision(locked);
          if (target === locked.targetProject) return locked;
          await requireUnused(tx, ownerId, { ...locked, instead: target });
          const changed = await retargetRbacPolicy(tx, locked, target);
          await reflectPolicies(tx, changed, now());
          return changed;
        });
        return { rbac_policy: rbacPolicyView(policy) };
      },
    }),
    deleteRoute(noun, {
      summary: 'Ends that an object is shared, unless something depends on it.',
      policy: policies.DELETE_RBAC_POLICY,
      directory,
      lock: async (tx, caller, id) => {
        const { locked, ownerId } = await lockPolicy(tx, caller, id);
        return { ...locked, ownerId };
      },
      remove: async (tx, { ownerId, ...policy }) => {
        await requireUnused(tx, ownerId, policy);
        await deleteRbacPolicy(tx, policy.id);
        await reflectPolicies(tx, policy, now());
      },
    }),
  ];
}

/** The policy behind the lock on its object, and whose that is. @throws VolvoxError not-found also when the caller may not know of it. */
async function lockPolicy(tx: DirectoryTx, caller: Authorizing, id: string) {
  const { projectId: ownerId } = await lockSharedObject(tx, ANYBODY, await getRbacPolicy(tx, caller, id));
  return { locked: await getRbacPolicy(tx, caller, id), ownerId };
}

/** @throws VolvoxError invalid for an action that the type does not have, forbidden for what only an admin may share. */
function newPolicy(caller: Authorizing, given: schemas.NewRbacPolicy): RbacPolicyRecord {
  const projectId = ownerOf(policies.CREATE_RBAC_POLICY, caller, given);
  if (given.action === 'access_as_external') {
    if (given.object_type !== 'network') {
      throw invalidInput(
        `Invalid input for action: '${given.action}' is not an action of ${given.object_type}. Expected: access_as_shared.`,
      );
    }
    authorize(policies.SHARE_EXTERNAL, caller);
  }
  if (given.target_tenant === EVERY_PROJECT) authorize(policies.CREATE_FOR_EVERYBODY, caller);
  return {
    id: randomUUID(),
    projectId,
    objectType: given.object_type,
    objectId: given.object_id,
    action: given.action,
    targetProject: given.target_tenant,
    revision: 0,
  };
}
