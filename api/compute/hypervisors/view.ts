import type { Host } from '#platform/objects/host.ts';
import { legacyId } from '../legacy-id.ts';
import type { HostedServer } from './hypervisor-hosts.ts';

type Shown = Record<string, unknown>;

/** Numbers until 2.52, uuids since. */
export const hypervisorId = (host: Host, minor: number): number | string => (minor >= 53 ? host.id : legacyId(host.id));

export const hypervisorSummary = (host: Host, minor: number): Shown => ({
  id: hypervisorId(host, minor),
  hypervisor_hostname: host.node,
  state: host.up ? 'up' : 'down',
  status: host.enabled ? 'enabled' : 'disabled',
});

/** Capacity left with 2.88, which brought the uptime in; `cpu_info` is an object since 2.28, JSON text before. */
export const hypervisorDetail = (host: Host, minor: number): Shown => ({
  ...hypervisorSummary(host, minor),
  hypervisor_type: host.hypervisorType,
  hypervisor_version: host.hypervisorVersion,
  host_ip: host.hostIp,
  service: {
    id: minor >= 53 ? host.serviceId : legacyId(host.serviceId),
    host: host.name,
    disabled_reason: host.disabledReason,
  },
  ...(minor >= 88
    ? { uptime: host.uptime }
    : { ...capacityOf(host), cpu_info: minor >= 28 ? host.cpuInfo : JSON.stringify(host.cpuInfo) }),
});

/** `servers` is shown when there are any, and since 2.75 also when there are none. */
export const withServers = (view: Shown, servers: readonly HostedServer[], minor: number): Shown =>
  servers.length === 0 && minor < 75 ? view : { ...view, servers };

/** What the host has and what is claimed of it, what it keeps for itself included; without allocation ratios, as Nova shows it. */
export function capacityOf(host: Host): Record<string, number> {
  const { total, used, reserved } = host;
  const memoryUsed = used.ramMb + reserved.ramMb;
  return {
    vcpus: total.vcpus,
    vcpus_used: used.vcpus,
    memory_mb: total.ramMb,
    memory_mb_used: memoryUsed,
    free_ram_mb: total.ramMb - memoryUsed,
    local_gb: total.diskGb,
    local_gb_used: used.diskGb,
    free_disk_gb: total.diskGb - used.diskGb,
    disk_available_least: total.diskGb - used.diskGb,
    running_vms: host.runningGuests,
    current_workload: 0,
  };
}

/** The sums over all hypervisors whose service is enabled. */
export function statisticsOf(hosts: readonly Host[]): Record<string, number> {
  const sums: Record<string, number> = { count: 0 };
  for (const host of hosts.filter(({ enabled }) => enabled)) {
    for (const [name, amount] of Object.entries({ count: 1, ...capacityOf(host) }))
      sums[name] = (sums[name] ?? 0) + amount;
  }
  return sums;
}
