import { agentRedisSection, cellSection, logSection, metricsSection } from '#platform/config/common-sections.ts';
import type { ConfigOf } from '#platform/config/load.ts';
import { choice, flag, integer, list, number, section, text } from '#platform/config/options.ts';
import { tlsSection } from '#platform/config/tls-section.ts';
import { whyNotCpuLists } from './cpu-lists.ts';
import { whyNotDevices } from './offered-devices.ts';
import { whyNotUidRange } from './uid-range.ts';

const computeSection = section(
  'compute',
  {
    driver: choice(['qemu', 'fake'] as const, { help: 'What drives the guests.', fallback: 'qemu' }),
    stateDir: text({
      help: 'Where guests, base images and the agent itself keep what must outlive the process.',
      fallback: '/var/lib/volvox/compute',
    }),
    hostName: text({
      help: 'The name of this host in its cell; its network agent has the same.',
      fallback: 'localhost',
    }),
    hostIp: text({ help: 'The address under which other hosts reach this one.', fallback: '127.0.0.1' }),
    listenHost: text({ help: "Address on which the agent's own contract is served.", fallback: '127.0.0.1' }),
    listenPort: integer({ help: 'Its port; 0 takes a free one.', fallback: 0, minimum: 0, maximum: 65535 }),
    hostVcpus: integer({ help: 'Processors of this host; 0: as many as it has.', fallback: 0, minimum: 0 }),
    hostRamMb: integer({ help: 'Memory of this host, MiB; 0: as much as it has.', fallback: 0, minimum: 0 }),
    hostDiskGb: integer({ help: 'Disk for guests, GiB; 0: as much as the file system has.', fallback: 0, minimum: 0 }),
    dedicatedCpus: text({
      help: 'CPUs that virtual CPUs of flavors with `hw:cpu_policy=dedicated` or `mixed` get for themselves, such as `2-15,18`. Other guests keep off them. Empty: none.',
      fallback: '',
    }),
    sharedCpus: text({
      help: 'CPUs that all other virtual CPUs share. Empty: all that are not dedicated.',
      fallback: '',
    }),
    devices: text({
      help: 'Devices that guests get for themselves, as JSON: a list of {"address": "0000:81:00.0"}, bound to the driver vfio-pci, or of mediated devices with their UUIDs. `resource_class` names the class that flavors ask for (`resources:PGPU=1`); without it, it is CUSTOM_PCI_VENDOR_PRODUCT. Empty: none.',
      fallback: '',
    }),
    reservedVcpus: integer({ help: 'Processors kept for the host itself.', fallback: 0, minimum: 0 }),
    reservedRamMb: integer({ help: 'Memory kept for the host itself, MiB.', fallback: 512, minimum: 0 }),
    reservedDiskGb: integer({
      help: 'Disk kept for the host itself, GiB. No base image is fetched that would leave less.',
      fallback: 0,
      minimum: 0,
    }),
    unusedImageHours: integer({
      help: 'A base image that no guest of this host has used for so long is removed, hours.',
      fallback: 24,
      minimum: 0,
    }),
    unusedImagesGb: integer({
      help: 'Base images that no guest of this host uses take at most this much disk, GiB; the oldest are removed first.',
      fallback: 20,
      minimum: 0,
    }),
    acceleration: choice(['auto', 'kvm', 'tcg'] as const, {
      help: 'How guests are run; auto tries whether KVM works, and else emulates (TCG).',
      fallback: 'auto',
    }),
    networkNamespace: text({
      help: 'The network namespace in which the network agent makes the taps; guests start in it. Empty: the root one.',
      fallback: '',
    }),
    guestUids: text({
      help: 'User ids for guests, `first-last`, above 65535 and of this agent alone: each guest gets one of its own, and the first is for the programs that inspect images. Used when the agent is root; otherwise guests run as its user.',
      fallback: '200000-299999',
    }),
    cgroup: text({
      help: "The control group below which each guest gets one of its own, which limits its memory, processes and share of the host's processors. Empty: guests get none.",
      fallback: 'volvox',
    }),
    guestMemoryMarginMb: integer({
      help: 'Memory that the process of a guest may use beyond its flavor, MiB, and a 32nd of the flavor on top of that.',
      fallback: 256,
      minimum: 128,
    }),
    consoleLogKb: integer({
      help: 'The serial console log of a guest is turned over at this size, KiB; one older log is kept.',
      fallback: 1024,
      minimum: 16,
    }),
    cpuMetricsEveryMs: integer({
      help: 'How often this host measures its processors and tells its cell (cpu.percent, …), for the filter metrics and the weigher metrics of the scheduler, ms. 0: it does not.',
      fallback: 0,
      minimum: 0,
    }),
    hostStopMs: integer({
      help: 'How long all guests may take to shut down together when the host goes down (SIGUSR2), ms.',
      fallback: 8_000,
      minimum: 0,
    }),
    migrationBandwidthMb: integer({
      help: 'How fast the memory of a guest is sent in a live migration, MiB a second.',
      fallback: 1_024,
      minimum: 1,
    }),
    migrationDowntimeMs: integer({
      help: 'The last part of the memory is sent, with the guest halted, when it is expected to take this long at most, ms.',
      fallback: 100,
      minimum: 1,
    }),
    firstWordMs: integer({
      help: "After a start, how long the guests that should run here wait for the conductor's word before they are started, ms. It may say that they were evacuated while this host was down.",
      fallback: 30_000,
      minimum: 0,
    }),
    fakeHosts: integer({
      help: 'fake driver: how many hosts it simulates. 0: one, with the name of this host, whose network agent may be a real one.',
      fallback: 1,
      minimum: 0,
    }),
    fakeHostPrefix: text({ help: 'fake driver: hosts are named <prefix>-001 and so on.', fallback: 'sim' }),
    fakeHostVcpus: integer({ help: 'fake driver: processors of each host.', fallback: 64, minimum: 1 }),
    fakeHostDedicatedCpus: integer({
      help: 'fake driver: further processors of each host, for guests with dedicated CPUs.',
      fallback: 0,
      minimum: 0,
      maximum: 1_024,
    }),
    fakeHostNodes: integer({
      help: 'fake driver: NUMA nodes of each host, which have equal parts of everything.',
      fallback: 1,
      minimum: 1,
      maximum: 64,
    }),
    fakeHostThreads: integer({ help: 'fake driver: threads of each core.', fallback: 1, minimum: 1, maximum: 8 }),
    fakeHostHugePages: list({
      help: 'fake driver: huge pages of each host, by size in KiB, such as `2048:512`.',
      fallback: [],
    }),
    fakeHostDevices: text({
      help: 'fake driver: devices of each host, as JSON: a list of {"vendor_id": "10de", "product_id": "2230", "count": 8}, also with `device_type`, `resource_class` and `numa_node`.',
      fallback: '',
    }),
    fakeHostRamMb: integer({ help: 'fake driver: memory of each host, MiB.', fallback: 262_144, minimum: 1 }),
    fakeHostDiskGb: integer({ help: 'fake driver: disk of each host, GiB.', fallback: 4_096, minimum: 1 }),
    fakeSpawnMs: integer({
      help: 'fake driver: how long disk and start of a guest take together, ms.',
      fallback: 5,
      minimum: 0,
    }),
    fakeDiskKb: integer({
      help: 'fake driver: how much of each disk of a guest a transfer to another host sends, KiB.',
      fallback: 64,
      minimum: 1,
    }),
    fakeCopyMs: integer({
      help: 'fake driver: time that a disk transfer to another host takes beyond the network transfer, ms.',
      fallback: 0,
      minimum: 0,
    }),
    fakeStepMs: integer({ help: 'fake driver: how long any other step takes, ms.', fallback: 2, minimum: 0 }),
    fakeJitter: number({
      help: 'fake driver: each time varies by this part of itself, 0 to 1.',
      fallback: 0.2,
      minimum: 0,
      maximum: 1,
    }),
    fakeFailSpawnRate: number({
      help: 'fake driver: the part of starts that fail for good, 0 to 1.',
      fallback: 0,
      minimum: 0,
      maximum: 1,
    }),
    fakeFailHosts: list({ help: 'fake driver: hosts on which every start fails for good.', fallback: [] }),
    fakeHangHosts: list({ help: 'fake driver: hosts on which no step ever ends.', fallback: [] }),
    fakeJournal: flag({ help: 'fake driver: keep the guests over a restart of the agent.', fallback: true }),
  },
  ({ guestUids, cgroup, dedicatedCpus, sharedCpus, devices, fakeHostDevices, fakeHostHugePages }) => {
    if (!/^([A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*)?$/.test(cgroup) || /(^|\/)\.{1,2}(\/|$)/.test(cgroup)) {
      return 'cgroup is not the name of a control group';
    }
    const pool = fakeHostHugePages.find((one) => !/^[1-9]\d{0,8}:\d{1,9}$/.test(one));
    if (pool !== undefined) return `fakeHostHugePages has ${pool}, which is no size and number such as 2048:512`;
    return (
      whyNotCpuLists({ dedicatedCpus, sharedCpus }) ??
      whyNotDevices({ devices, fakeHostDevices }) ??
      whyNotUidRange(guestUids)
    );
  },
);

/** The sections the compute agent reads. */
export const COMPUTE_SECTIONS = {
  log: logSection,
  metrics: metricsSection,
  cell: cellSection,
  cellRedis: agentRedisSection,
  tls: tlsSection,
  compute: computeSection,
} as const;
export type ComputeConfig = ConfigOf<typeof COMPUTE_SECTIONS>;
