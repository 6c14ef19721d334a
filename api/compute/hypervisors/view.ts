import type { Host } from '#platform/objects/host.ts';
import type { Microversion } from '../../http/microversion.ts';
import { since } from '../../http/since.ts';
import { legacyId } from '../legacy-id.ts';
import type { HostedServer } from './hypervisor-hosts.ts';

const SINCE = since({ cpuInfoAsObject: 28, uuids: 53, emptyServers: 75, uptimeForCapacity: 88 });

type Shown = Record<string, unknown>;

/** Numbers until 2.52, uuids since. */
export const hypervisorId = (host: Host, version: Microversion): number | string =>
  SINCE.uuids(version) ? host.id : legacyId(host.id);

export const hypervisorSummary = (host: Host, version: Microversion): Shown => ({
  id: hypervisorId(host, version),
  hypervisor_hostname: host.node,
  state: host.up ? 'up' : 'down',
  status: host.enabled ? 'enabled' : 'disabled',
});

/** Capacity left with 2.88, which brought the uptime in; `cpu_info` is an object since 2.28, JSON text before. */
export const hypervisorDetail = (host: Host, version: Microversion): Shown => ({
  ...hypervisorSummary(host, version),
  hypervisor_type: host.hypervisorType,
  hypervisor_version: host.hypervisorVersion,
  host_ip: host.hostIp,
  service: {
    id: SINCE.uuids(version) ? host.serviceId : legacyId(host.serviceId),
    host: host.name,
    disabled_reason: host.disabledReason,
  },
  ...(SINCE.uptimeForCapacity(version)
    ? { uptime: host.uptime }
    : { ...capacityOf(host), cpu_info: SINCE.cpuInfoAsObject(version) ? host.cpuInfo : JSON.stringify(host.cpuInfo) }),
});

/** `servers` is shown when there are any, and since 2.75 also when there are none. */
export const withServers = (view: Shown, servers: readonly HostedServer[], version: Microversion): Shown =>
  servers.length === 0 && !SINCE.emptyServers(version) ? view : { ...view, servers };

/** Total and used resources of the host, including those reserved for the host itself, without allocation ratios, as Nova shows them. */
function capacityOf(host: Host): Record<string, number> {
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

const NOTHING: Readonly<Record<string, number>> = {
  count: 0,
  vcpus: 0,
  vcpus_used: 0,
  memory_mb: 0,
  memory_mb_used: 0,
  free_ram_mb: 0,
  local_gb: 0,
  local_gb_used: 0,
  free_disk_gb: 0,
  disk_available_least: 0,
  running_vms: 0,
  current_workload: 0,
};

/** The sums over all hypervisors whose service is enabled. */
export function statisticsOf(hosts: readonly Host[]): Record<string, number> {
  const sums: Record<string, number> = { ...NOTHING };
  for (const host of hosts.filter(({ enabled }) => enabled)) {
    for (const [name, amount] of Object.entries({ count: 1, ...capacityOf(host) }))
      sums[name] = (sums[name] ?? 0) + amount;
  }
  return sums;
}
