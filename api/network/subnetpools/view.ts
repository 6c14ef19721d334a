import type { SubnetPoolRecord } from '#platform/directory/stores/subnet-pools.ts';
import { standardView } from '../standard-attributes.ts';

export const subnetPoolView = (pool: SubnetPoolRecord) => ({
  ...standardView(pool),
  ip_version: pool.ipVersion,
  prefixes: pool.prefixes,
  min_prefixlen: pool.minPrefixlen,
  max_prefixlen: pool.maxPrefixlen,
  default_prefixlen: pool.defaultPrefixlen,
  default_quota: pool.defaultQuota,
  shared: pool.shared,
  is_default: pool.isDefault,
  address_scope_id: null,
});
