import type { QuotaResource } from '#platform/directory/stores/quotas.ts';
import { atVersion, type ByVersion } from '../../http/by-version.ts';
import type { Microversion } from '../../http/microversion.ts';

const SERVERS: readonly QuotaResource[] = ['instances', 'cores', 'ram', 'metadata_items', 'key_pairs'];
const GROUPS: readonly QuotaResource[] = ['server_groups', 'server_group_members'];
/** Went with nova-network's proxies. */
const NETWORK: readonly QuotaResource[] = ['fixed_ips', 'floating_ips', 'security_groups', 'security_group_rules'];
/** Went with file injection. */
const FILES: readonly QuotaResource[] = ['injected_files', 'injected_file_content_bytes', 'injected_file_path_bytes'];

/** The resources of a project's quota set. */
export const QUOTA_SET_RESOURCES: ByVersion<readonly QuotaResource[]> = {
  0: [...SERVERS, ...GROUPS, ...NETWORK, ...FILES],
  36: [...SERVERS, ...GROUPS, ...FILES],
  57: [...SERVERS, ...GROUPS],
};

/** The resources of a quota class set, which changed later than the quota sets. */
export const QUOTA_CLASS_RESOURCES: ByVersion<readonly QuotaResource[]> = {
  0: [...SERVERS, ...NETWORK, ...FILES],
  50: [...SERVERS, ...GROUPS, ...FILES],
  57: [...SERVERS, ...GROUPS],
};

/** The part of `values` that a microversion shows. */
export const shownAt = <T>(
  resources: ByVersion<readonly QuotaResource[]>,
  version: Microversion,
  values: Readonly<Record<QuotaResource, T>>,
): Record<string, T> =>
  Object.fromEntries((atVersion(resources, version) ?? []).map((resource) => [resource, values[resource]]));
