import type { GuestStats } from '#platform/objects/guest.ts';

/** `vda`, `vdb`, …: as guests see their disks. */
const diskName = (index: number): string => `vd${String.fromCharCode('a'.charCodeAt(0) + index)}`;

/** Until 2.47: libvirt's counters, by device. Memory is in KiB; libvirt says −1 for what it does not count. */
export function plainDiagnostics({ cpuTimesNs, memory, disks, nics }: GuestStats): Record<string, number> {
  const counters = [
    ...cpuTimesNs.map((time, index) => [`cpu${index}_time`, time] as const),
    ['memory', memory.maximumMb * 1024] as const,
    ...disks.flatMap((disk, index) => [
      [`${diskName(index)}_read`, disk.readBytes] as const,
      [`${diskName(index)}_read_req`, disk.readRequests] as const,
      [`${diskName(index)}_write`, disk.writeBytes] as const,
      [`${diskName(index)}_write_req`, disk.writeRequests] as const,
      [`${diskName(index)}_errors`, -1] as const,
    ]),
    ...nics.flatMap((nic, index) => [
      [`vnet${index + 1}_rx`, nic.receivedBytes] as const,
      [`vnet${index + 1}_rx_packets`, nic.receivedPackets] as const,
      [`vnet${index + 1}_rx_drop`, nic.receivedDrops] as const,
      [`vnet${index + 1}_rx_errors`, nic.receivedErrors] as const,
      [`vnet${index + 1}_tx`, nic.sentBytes] as const,
      [`vnet${index + 1}_tx_packets`, nic.sentPackets] as const,
      [`vnet${index + 1}_tx_drop`, nic.sentDrops] as const,
      [`vnet${index + 1}_tx_errors`, nic.sentErrors] as const,
    ]),
  ];
  return Object.fromEntries(counters);
}

/** From 2.48. Memory is in MiB, time in ns, uptime in seconds; null: it is not measured. */
export const diagnostics = (
  { uptimeSeconds, cpuTimesNs, memory, disks, nics }: GuestStats,
  configDrive: boolean,
): Record<string, unknown> => ({
  state: 'running',
  // Clients know a closed list of drivers and hypervisors; these fit best.
  driver: 'libvirt',
  hypervisor: 'qemu',
  hypervisor_os: 'linux',
  uptime: uptimeSeconds,
  config_drive: configDrive,
  num_cpus: cpuTimesNs.length,
  num_nics: nics.length,
  num_disks: disks.length,
  cpu_details: cpuTimesNs.map((time, id) => ({ id, time, utilisation: null })),
  nic_details: nics.map((nic) => ({
    mac_address: nic.mac,
    rx_octets: nic.receivedBytes,
    rx_packets: nic.receivedPackets,
    rx_drop: nic.receivedDrops,
    rx_errors: nic.receivedErrors,
    rx_rate: null,
    tx_octets: nic.sentBytes,
    tx_packets: nic.sentPackets,
    tx_drop: nic.sentDrops,
    tx_errors: nic.sentErrors,
    tx_rate: null,
  })),
  disk_details: disks.map((disk) => ({
    read_bytes: disk.readBytes,
    read_requests: disk.readRequests,
    write_bytes: disk.writeBytes,
    write_requests: disk.writeRequests,
    errors_count: null,
  })),
  memory_details: { maximum: memory.maximumMb, used: memory.usedMb },
});
