import type { Limits } from '#platform/directory/stores/quotas.ts';
import type { Microversion } from '../../http/microversion.ts';
import { since } from '../../http/since.ts';

const SINCE = since({ noNetworkLimits: 36, noImageLimits: 39, noFileLimits: 57 });

/** Since 2.36 without network resources, since 2.39 without image metadata, since 2.57 without injected files. */
export function absoluteLimits(limits: Limits, usages: Limits, version: Microversion): Record<string, number> {
  return {
    maxServerMeta: limits.metadata_items,
    maxTotalInstances: limits.instances,
    maxTotalCores: limits.cores,
    maxTotalRAMSize: limits.ram,
    maxTotalKeypairs: limits.key_pairs,
    maxServerGroups: limits.server_groups,
    maxServerGroupMembers: limits.server_group_members,
    totalInstancesUsed: usages.instances,
    totalCoresUsed: usages.cores,
    totalRAMUsed: usages.ram,
    totalServerGroupsUsed: usages.server_groups,
    ...(SINCE.noNetworkLimits(version)
      ? {}
      : {
          maxTotalFloatingIps: limits.floating_ips,
          maxSecurityGroups: limits.security_groups,
          maxSecurityGroupRules: limits.security_group_rules,
          totalFloatingIpsUsed: usages.floating_ips,
          totalSecurityGroupsUsed: usages.security_groups,
        }),
    ...(SINCE.noImageLimits(version) ? {} : { maxImageMeta: limits.metadata_items }),
    ...(SINCE.noFileLimits(version)
      ? {}
      : { maxPersonality: limits.injected_files, maxPersonalitySize: limits.injected_file_content_bytes }),
  };
}
