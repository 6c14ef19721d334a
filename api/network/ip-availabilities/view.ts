import type { NetworkRecord } from '#platform/directory/stores/networks.ts';
import { poolRanges, type SubnetRecord } from '#platform/directory/stores/subnets.ts';

/** @param used how many addresses of each subnet are in use, by its id. */
export function ipAvailabilityView(
  { id, name, projectId }: NetworkRecord,
  subnets: readonly SubnetRecord[],
  used: ReadonlyMap<string, number>,
) {
  const availabilities = subnets.map((subnet) => ({
    subnet_id: subnet.id,
    subnet_name: subnet.name,
    cidr: subnet.cidr,
    ip_version: subnet.ipVersion,
    total_ips: Number(poolRanges(subnet.allocationPools).reduce((sum, { first, last }) => sum + last - first + 1n, 0n)),
    used_ips: used.get(subnet.id) ?? 0,
  }));
  return {
    network_id: id,
    network_name: name,
    project_id: projectId,
    tenant_id: projectId,
    total_ips: availabilities.reduce((sum, { total_ips }) => sum + total_ips, 0),
    used_ips: availabilities.reduce((sum, { used_ips }) => sum + used_ips, 0),
    subnet_ip_availability: availabilities,
  };
}
