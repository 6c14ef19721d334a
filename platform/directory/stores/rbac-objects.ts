import { sql } from 'kysely';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import { lockAddressGroup } from './address-groups.ts';
import { changeAddressScope, lockAddressScope } from './address-scopes.ts';
import { lockSecurityGroup } from './change-security-groups.ts';
import { lockNetwork, type NetworkViewer, setNetworkSharing } from './networks.ts';
import { changeQosPolicy, lockQosPolicy } from './qos-policies.ts';
import { EVERY_PROJECT, policiesOf, type RbacPolicyRecord } from './rbac-policies.ts';
import { changeSubnetPool, lockSubnetPool } from './subnet-pools.ts';

/** What policies are about, and what follows from them for it. */
type Sharing = Pick<RbacPolicyRecord, 'objectType' | 'objectId' | 'action'>;

/** The object as it stays until the transaction ends. @throws VolvoxError not-found also when the viewer may not know of it. */
export function lockSharedObject(
  tx: DirectoryTx,
  viewer: NetworkViewer,
  { objectType, objectId }: Sharing,
): Promise<{ readonly projectId: string }> {
  switch (objectType) {
    case 'network':
      return lockNetwork(tx, viewer, objectId);
    case 'subnetpool':
      return lockSubnetPool(tx, viewer, objectId);
    case 'address_group':
      return lockAddressGroup(tx, viewer, objectId);
    case 'address_scope':
      return lockAddressScope(tx, viewer, objectId);
    case 'security_group':
      return lockSecurityGroup(tx, viewer, objectId);
    case 'qos_policy':
      return lockQosPolicy(tx, viewer, objectId);
  }
}

/** Writes on the locked object what its policies say of it: that it is for every project, that a network leads outside. */
export async function reflectPolicies(tx: DirectoryTx, sharing: Sharing, now: string): Promise<void> {
  const policies = await policiesOf(tx, sharing);
  const forEverybody = policies.some(({ targetProject }) => targetProject === EVERY_PROJECT);
  switch (sharing.objectType) {
    case 'network': {
      const external = sharing.action === 'access_as_external';
      const change = external ? { external: policies.length > 0 } : { shared: forEverybody };
      return setNetworkSharing(tx, sharing.objectId, change, now);
    }
    case 'subnetpool': {
      const pool = await lockSubnetPool(tx, EVERYBODY, sharing.objectId);
      if (pool.shared !== forEverybody) await changeSubnetPool(tx, pool, { shared: forEverybody, updatedAt: now });
      return;
    }
    case 'address_scope': {
      const scope = await lockAddressScope(tx, EVERYBODY, sharing.objectId);
      if (scope.shared !== forEverybody) await changeAddressScope(tx, scope, { shared: forEverybody });
      return;
    }
    case 'qos_policy': {
      const policy = await lockQosPolicy(tx, EVERYBODY, sharing.objectId);
      if (policy.shared !== forEverybody) await changeQosPolicy(tx, policy, { shared: forEverybody, updatedAt: now });
      return;
    }
    case 'address_group':
    case 'security_group':
      return;
  }
}

const EVERYBODY: NetworkViewer = { projectId: '', isAdmin: true };

/**
 * Refuses to take a policy away on which something depends: something of a project for which no other policy allows the same.
 * The object is locked. `instead`: the target that takes the turn of this one. @throws VolvoxError conflict naming the project.
 */
export async function requireUnused(
  tx: DirectoryTx,
  ownerId: string,
  policy: Sharing & Pick<RbacPolicyRecord, 'targetProject'> & { readonly instead?: string },
): Promise<void> {
  const others = (await policiesOf(tx, policy)).filter(({ targetProject }) => targetProject !== policy.targetProject);
  const allowed = new Set([ownerId, ...others.map(({ targetProject }) => targetProject)]);
  if (policy.instead !== undefined) allowed.add(policy.instead);
  if (allowed.has(EVERY_PROJECT)) return;
  const users = (await usersOf(tx, policy)).filter((project) => !allowed.has(project));
  const user = policy.targetProject === EVERY_PROJECT ? users[0] : users.find((one) => one === policy.targetProject);
  if (user === undefined) return;
  throw new VolvoxError(
    'conflict',
    `RBAC policy on object ${policy.objectId} cannot be removed because other objects depend on it. Details: project ${user} uses it.`,
    { details: { type: 'RbacPolicyInUse' } },
  );
}

/** The projects that have something that uses the object in this way. What has no project is part of something that has one. */
async function usersOf(tx: DirectoryTx, { objectType, objectId, action }: Sharing): Promise<readonly string[]> {
  const rows = await usersQuery(tx, objectType, objectId, action);
  return rows.map(({ project_id }) => project_id).filter((project) => project !== '');
}

function usersQuery(
  tx: DirectoryTx,
  objectType: Sharing['objectType'],
  id: string,
  action: Sharing['action'],
): Promise<readonly { readonly project_id: string }[]> {
  switch (objectType) {
    case 'network':
      return action === 'access_as_external'
        ? tx
            .selectFrom('routers')
            .select('project_id')
            .where('gateway_network_id', '=', id)
            .union(tx.selectFrom('floating_ips').select('project_id').where('floating_network_id', '=', id))
            .execute()
        : tx.selectFrom('ports').select('project_id').distinct().where('network_id', '=', id).execute();
    case 'subnetpool':
      return tx.selectFrom('subnets').select('project_id').distinct().where('subnetpool_id', '=', id).execute();
    case 'address_scope':
      return tx.selectFrom('subnet_pools').select('project_id').distinct().where('address_scope_id', '=', id).execute();
    case 'qos_policy':
      return tx
        .selectFrom('ports')
        .select('project_id')
        .where('qos_policy_id', '=', id)
        .union(tx.selectFrom('networks').select('project_id').where('qos_policy_id', '=', id))
        .execute();
    case 'address_group':
      return tx
        .selectFrom('security_group_rules')
        .select('project_id')
        .distinct()
        .where('remote_address_group_id', '=', id)
        .execute();
    case 'security_group':
      return tx
        .selectFrom('ports')
        .select('project_id')
        .where(sql<boolean>`JSON_CONTAINS(security_group_ids, ${JSON.stringify(id)})`)
        .union(tx.selectFrom('security_group_rules').select('project_id').where('remote_group_id', '=', id))
        .execute();
  }
}
