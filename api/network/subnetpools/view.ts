import type { SubnetPoolRecord } from '#platform/directory/stores/subnet-pools.ts';
import type { Authorizing } from '../../http/policy.ts';
import { standardView } from '../standard-attributes.ts';

/** A pool of another project is seen because it is shared, unless an admin looks. */
export const subnetPoolView = (pool: SubnetPoolRecord, caller: Authorizing) => ({
  ...standardView(pool),
  ip_version: pool.ipVersion,
  prefixes: pool.prefixes,
  min_prefixlen: pool.minPrefixlen,
  max_prefixlen: pool.maxPrefixlen,
  default_prefixlen: pool.defaultPrefixlen,
  default_quota: pool.defaultQuota,
  shared: pool.shared || !(caller.isAdmin || pool.projectId === caller.projectId),
  is_default: pool.isDefault,
  address_scope_id: pool.addressScopeId,
});
