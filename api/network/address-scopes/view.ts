import type { AddressScopeRecord } from '#platform/directory/stores/address-scopes.ts';
import type { Authorizing } from '../../http/policy.ts';

/** A scope of another project is seen because it is shared, unless an admin looks. */
export const addressScopeView = (scope: AddressScopeRecord, caller: Authorizing) => ({
  id: scope.id,
  name: scope.name,
  project_id: scope.projectId,
  tenant_id: scope.projectId,
  ip_version: scope.ipVersion,
  shared: scope.shared || !(caller.isAdmin || scope.projectId === caller.projectId),
});
