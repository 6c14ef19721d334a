import { DIFFERENT_HOSTS_HINT, SAME_HOSTS_HINT, type SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { DeviceRequest } from '#platform/objects/device-request.ts';
import type { GuestTopology } from '#platform/objects/guest-topology.ts';
import type { Host, ImageCounts } from '#platform/objects/host.ts';
import type { HostDevice } from '#platform/objects/host-device.ts';
import type { HostNode, NodeUse } from '#platform/objects/host-topology.ts';
import type { Resources } from '#platform/objects/resources.ts';
import { filtersWith, OPTIONAL_FILTER_NAMES } from '../../../scheduler/filters/registry.ts';
import { HostTable } from '../../../scheduler/host-table.ts';
import type { AggregateView, CellView } from '../../../scheduler/host-view.ts';
import { KnownHost } from '../../../scheduler/known-host.ts';
import { DEFAULT_POLICY, type SchedulingPolicy } from '../../../scheduler/scheduling-policy.ts';
import type { SchedulingSettings } from '../../../scheduler/scheduling-settings.ts';
import { weighersWith } from '../../../scheduler/weighers/registry.ts';
import { aCell, aHost, aRequest, idOf } from './builders.ts';
import type { SeededRandom } from './seeded-random.ts';

const GROUPS: readonly [string, ...string[]] = [idOf('group a'), idOf('group b')];
const SIZES: readonly [Resources, ...Resources[]] = [
  { vcpus: 1, ramMb: 1_024, diskGb: 10 },
  { vcpus: 2, ramMb: 2_048, diskGb: 0 },
  { vcpus: 4, ramMb: 8_192, diskGb: 40 },
  { vcpus: 20, ramMb: 4_096, diskGb: 300 },
  { vcpus: 0, ramMb: 0, diskGb: 0 },
];
const TOPOLOGIES: readonly [GuestTopology, ...GuestTopology[]] = [
  { nodes: [{ cpus: '0-1', dedicated: '0-1', ramMb: 2_048 }], pages: null, threads: null, emulator: null },
  { nodes: [{ cpus: '0-3', dedicated: '', ramMb: 512 }], pages: 'large', threads: null, emulator: null },
  {
    nodes: [0, 1].map((at) => ({ cpus: `${at}`, dedicated: `${at}`, ramMb: 1_024 })),
    ...{ pages: null, threads: null, emulator: 'isolate' },
  },
];
const HOST_NODES: readonly HostNode[] = [0, 1].map((id) => ({
  ...{ id, shared: `${8 * id}-${8 * id + 3}`, dedicated: `${8 * id + 4}-${8 * id + 7}`, cores: [], ramMb: 16_384 },
  pages: [{ sizeKb: 2_048, total: 512 }],
}));
const NODES_USED: readonly [NodeUse[], ...NodeUse[][]] = [
  [],
  [{ id: 0, vcpus: 0, cpus: '4-6', ramMb: 2_048, pages: [] }],
  [0, 1].map((id) => ({
    id,
    vcpus: 1,
    cpus: `${8 * id + 4}-${8 * id + 6}`,
    ramMb: 1_024,
    pages: [{ sizeKb: 2_048, used: 400 }],
  })),
];
const HOST_DEVICES: readonly HostDevice[] = [0, 1, 2, 3].map((at) => ({
  ...{
    address: `0000:81:0${at}.0`,
    vendorId: '10de',
    productId: at === 3 ? '2231' : '2230',
    type: 'type-PCI' as const,
  },
  ...{ numaNode: at === 2 ? null : at % 2, resourceClass: at === 3 ? 'PGPU' : 'CUSTOM_PCI_10DE_2230' },
}));
const DEVICE_REQUESTS: readonly [DeviceRequest[], ...DeviceRequest[][]] = [
  [{ name: 'any', count: 1, anyOf: [{ vendorId: '10de' }], affinity: 'required' }],
  [{ name: 'gpu', count: 2, anyOf: [{ vendorId: '10de', productId: '2230' }], affinity: 'legacy' }],
  [
    { name: 'gpu', count: 1, anyOf: [{ productId: '2230' }], affinity: 'preferred' },
    { name: 'PGPU', count: 1, anyOf: [{ resourceClass: 'PGPU' }], affinity: 'socket' },
  ],
];
const AGGREGATES: readonly [readonly AggregateView[], ...(readonly AggregateView[])[]] = [
  [],
  [],
  [
    {
      name: 'ssd',
      metadata: { ssd: 'true', hw_disk_bus: 'ide, virtio', ram_weight_multiplier: '-2', cpu_weight_multiplier: 'none' },
    },
  ],
  [
    {
      name: 'for one',
      metadata: { filter_tenant_id: 'project', disk_weight_multiplier: '0.5', image_props_weight_multiplier: '3' },
    },
  ],
  [
    {
      name: 'few',
      metadata: { max_instances_per_host: '2', max_io_ops_per_host: '1', io_ops_weight_multiplier: '0.5' },
    },
    { name: 'small', metadata: { instance_type: 'm1.small, m1.tiny', num_instances_weight_multiplier: '-0.5' } },
  ],
];

const IMAGES: readonly [string, ...string[]] = [idOf('image a'), idOf('image b')];

type StringMap = Readonly<Record<string, string>>;
const IMAGE_PROPERTIES: readonly [StringMap, ...StringMap[]] = [
  ...([{}, {}, { hw_disk_bus: 'scsi' }, { img_hv_type: 'kvm', tier: 'gold' }] as const),
  ...([{ hw_disk_bus: 'virtio', tier: 'gold' }, { os_distro: 'debian' }] as const),
];
const IMAGES_OF_SERVERS: readonly [ImageCounts, ...ImageCounts[]] = [
  ...([{ hw_disk_bus: { virtio: 2, scsi: 1 }, tier: { gold: 1 } }, { os_distro: { debian: 3, '': 0 } }] as const),
  ...([{ img_hv_type: { kvm: 1 }, tier: { silver: 2 } }] as const),
];

const someSettings = (random: SeededRandom): SchedulingSettings => ({
  maxInstancesPerHost: 1 + random.below(5),
  maxIoOpsPerHost: 1 + random.below(4),
  isolation: {
    hosts: Array.from({ length: random.below(3) }, () => `host-${random.below(20)}`),
    images: random.once(3) ? [] : [IMAGES[0]],
    restricts: random.once(3),
  },
  imageProperties: random.of<Readonly<Record<string, number>>>([{}, {}, { hw_disk_bus: 0.3, tier: -2 }]),
  metrics: { weights: random.of([{}, {}, { cpu: -1 }, { cpu: 2, load: 0.3 }]), unavailable: random.of([-10_000, 5]) },
});

/** A small region whose hosts change in all the ways that matter to the scheduler. The table follows each change; `hosts` are the same hosts. */
export class ChangingRegion {
  readonly table: HostTable<KnownHost>;
  readonly silentCells = new Map<string, string>();
  readonly policy: SchedulingPolicy;
  readonly #random: SeededRandom;
  readonly #cells: CellView[];
  readonly #rows: number[] = [];
  /** Its hosts are much alike: most pass, and many have the same weight. */
  readonly #isCalm: boolean;
  #added = 0;
  #lastRequest: SchedulingRequest | null = null;
  #now = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
    this.#isCalm = random.once(2);
    this.#cells = Array.from({ length: 1 + random.below(4) }, (_, at) => aCell(`cell-${at}`));
    const multipliers = random.once(3)
      ? {
          ram: random.of([-1, 0, 2.5]),
          disk: random.of([-0.3, 1]),
          buildFailure: 7,
          numInstances: random.of([-1, 0, 2]),
          imageProperties: random.of([0, 1, 1.5, -2]),
          crossCell: random.of([1_000_000, -1]),
          pci: random.of([0, 1, 3]),
        }
      : {};
    const optional = random.once(2) ? OPTIONAL_FILTER_NAMES.filter(() => random.once(3)) : [];
    const settings = someSettings(random);
    const filters = filtersWith(optional, settings);
    this.policy = {
      ...DEFAULT_POLICY,
      filters,
      weighers: weighersWith(settings),
      multipliers,
      metrics: settings.metrics,
    };
    this.table = new HostTable(settings.metrics);
    for (let count = random.below(random.once(10) ? 300 : 40); count > 0; count--) this.#add();
  }

  get hosts(): readonly KnownHost[] {
    return this.#rows.map((row) => this.table.view(row));
  }

  change(): void {
    const random = this.#random;
    const row = this.#rows[random.below(this.#rows.length + 1)];
    const kind = random.below(12);
    if (row === undefined || kind === 0) this.#add();
    else if (kind === 1) this.#remove(row);
    else if (kind < 6) this.#assume(row);
    else if (kind === 6) this.#expire();
    else if (kind === 7) this.#changeCell();
    else this.#report(row);
  }

  /** Every second one is like the one before, for another server. */
  request(at: number): SchedulingRequest {
    const instanceUuid = idOf(`instance ${at}`);
    const last = this.#lastRequest;
    const like = last === null || this.#random.once(2) ? this.#someRequest() : last;
    this.#lastRequest = { ...like, instanceUuid };
    return this.#lastRequest;
  }

  #someRequest(): SchedulingRequest {
    const random = this.#random;
    const hostName = () => `host-${random.below(this.#added + 1)}`;
    const hostIds = () => Array.from({ length: random.below(4) }, () => idOf(`host ${hostName()}`));
    const policy = random.of(['affinity', 'anti-affinity', 'soft-affinity', 'soft-anti-affinity']);
    return aRequest({
      projectId: random.of(['project', 'other']),
      resources: random.of(SIZES),
      flavorExtraSpecs: random.of([
        ...([{}, {}, { 'trait:CUSTOM_GOLD': random.of(['required', 'forbidden']) }] as const),
        ...([{ 'aggregate_instance_extra_specs:ssd': 'true' }, { 'resources:PGPU': '1' }] as const),
        ...([{ 'capabilities:cpu_info:arch': 'x86_64' }, { 'capabilities:hypervisor_hostname': hostName() }] as const),
      ]),
      ...(random.once(3) ? {} : { flavorName: random.of(['m1.small', 'm1.large']), imageId: random.of(IMAGES) }),
      imageProperties: { ...random.of(IMAGE_PROPERTIES) },
      availabilityZone: random.of([null, null, null, 'nova', 'zone-2']),
      requestedHost: random.once(12) ? hostName() : null,
      serverGroup: random.once(3) ? { id: random.of(GROUPS), policy, maxServerPerHost: random.below(3) } : null,
      schedulerHints: random.of([
        ...([{}, {}, {}, {}, { [SAME_HOSTS_HINT]: [hostName(), hostName()] }] as const),
        ...([{ [DIFFERENT_HOSTS_HINT]: [hostName(), hostName()] }, { query: '[">=","$free_ram_mb",20000]' }] as const),
        ...([{ build_near_host_ip: '10.0.1.0', cidr: '/24' }] as const),
      ]),
      ignoreHostIds: random.once(3) ? hostIds() : [],
      ignoreCellIds: random.once(8) ? [this.#cell().id] : [],
      ...(random.once(4) ? { sourceCellId: this.#cell().id } : {}),
      onlyCellId: random.once(6) ? this.#cell().id : null,
      ...(random.once(3) ? { segmentTypes: ['vxlan' as const], tagsFrames: random.once(2) } : {}),
      ...(random.once(14) ? { topology: random.of(TOPOLOGIES) } : {}),
      ...(random.once(14) ? { devices: random.of(DEVICE_REQUESTS) } : {}),
      alternates: random.of([0, 1, 2, 3, 3, 5, 9, 60]),
    });
  }

  #cell(): CellView {
    return this.#cells[this.#random.below(this.#cells.length)] ?? aCell();
  }

  #placement() {
    if (this.#isCalm) return { aggregates: [], customTraits: [], zone: 'nova' };
    const customTraits = this.#random.once(4) ? ['CUSTOM_GOLD'] : [];
    const zone = this.#random.of(['nova', 'nova', 'zone-2']);
    return { aggregates: this.#random.of(AGGREGATES), customTraits, zone };
  }

  #add(): void {
    const host = this.#someHost(`host-${this.#added}`, 1);
    this.#added += 1;
    this.#rows.push(this.table.add(new KnownHost(this.#cell(), host, this.#placement())));
  }

  #remove(row: number): void {
    this.table.remove(row);
    this.#rows.splice(this.#rows.indexOf(row), 1);
  }

  #assume(row: number): void {
    const groupId = this.#random.once(3) ? this.#random.of(GROUPS) : null;
    const random = this.#random;
    const parts = random.once(3)
      ? { topology: random.once(2) ? random.of(TOPOLOGIES) : null, devices: random.of(DEVICE_REQUESTS) }
      : null;
    this.table.view(row).assume(random.of(SIZES), groupId, this.#now, parts, random.of(IMAGE_PROPERTIES));
    this.table.changed(row);
  }

  #expire(): void {
    this.#now += 1_500;
    for (const row of this.#rows) if (this.table.view(row).expire(this.#now)) this.table.changed(row);
  }

  /** A cell is disabled, enabled, silent, or answers again. */
  #changeCell(): void {
    const at = this.#random.below(this.#cells.length);
    const cell = this.#cells[at] ?? aCell();
    if (this.#random.once(2)) {
      if (!this.silentCells.delete(cell.id)) this.silentCells.set(cell.id, cell.name);
      return;
    }
    const changed = { ...cell, enabled: !cell.enabled };
    this.#cells[at] = changed;
    for (const row of this.#rows) {
      const known = this.table.view(row);
      if (known.cell.id === cell.id) this.table.replace(row, known.updated(changed, known.host, known));
    }
  }

  #report(row: number): void {
    const known = this.table.view(row);
    const { host } = known;
    const next = this.#random.once(3)
      ? this.#someHost(host.name, host.version + 1)
      : { ...host, version: host.version + 1, used: known.used };
    this.table.replace(row, known.updated(known.cell, next, this.#random.once(4) ? this.#placement() : known));
  }

  #someHost(name: string, version: number): Host {
    const random = this.#random;
    if (this.#isCalm) return this.#calmHost(name, version);
    const large = random.once(4);
    return aHost({
      ...{ name, version, node: random.once(5) ? `${name}-node` : name },
      ...{ up: !random.once(10), enabled: !random.once(10), problem: random.once(12) ? 'its disk is full' : null },
      hypervisorType: random.of(['QEMU', 'QEMU', 'kvm', 'xen']),
      total: large ? { vcpus: 64, ramMb: 131_072, diskGb: 900 } : { vcpus: 16, ramMb: 32_768, diskGb: 400 },
      reserved: { vcpus: 0, ramMb: random.of([0, 0, 512, 40_000]), diskGb: 0 },
      ratios: { vcpus: random.of([4, 4, 1.5, 0.1]), ramMb: 1, diskGb: random.of([1, 2]) },
      used: random.once(2)
        ? { vcpus: random.below(4) * 4, ramMb: random.below(8) * 4_096, diskGb: random.below(4) * 100 }
        : { vcpus: 0, ramMb: 0, diskGb: 0 },
      ...(random.once(3) ? { runningGuests: random.below(5), ioOps: random.below(4) } : {}),
      ...(random.once(2)
        ? { metrics: { cpu: random.below(4) * 25, ...(random.once(2) ? { load: random.below(3) } : {}) } }
        : {}),
      hypervisorVersion: random.of([7_002_000, 7_002_000, 8_000_000]),
      hostIp: `10.0.${random.below(3)}.1`,
      capabilities: random.of<Host['capabilities']>([{}, { diskBuses: ['virtio'] }, { diskBuses: ['virtio', 'scsi'] }]),
      ...(random.once(6) ? { buildFailures: random.below(3), onTrial: random.once(2) } : {}),
      ...(random.once(2) ? {} : { imageProperties: random.of(IMAGES_OF_SERVERS) }),
      groups: random.once(5) ? { [random.of(GROUPS)]: random.below(3) } : {},
      ...(random.once(4) ? { segmentTypes: ['vlan' as const], tagsFrames: random.once(2) } : {}),
      ...(random.once(4) ? {} : { nodes: [...HOST_NODES], nodesUsed: random.of(NODES_USED) }),
      ...(random.once(3)
        ? {
            devices: HOST_DEVICES.slice(random.below(3)),
            devicesUsed: HOST_DEVICES.slice(0, random.below(4)).map(({ address }) => address),
          }
        : {}),
    });
  }

  #calmHost(name: string, version: number): Host {
    const random = this.#random;
    const free = random.once(2);
    return aHost({
      ...{ name, version, up: !random.once(20), groups: random.once(12) ? { [random.of(GROUPS)]: 1 } : {} },
      runningGuests: free ? 0 : random.below(3),
      ...(random.once(4) ? { imageProperties: random.of(IMAGES_OF_SERVERS) } : {}),
      ...(random.once(3) ? { metrics: { cpu: random.below(3), ...(random.once(2) ? { load: 1 } : {}) } } : {}),
      ...(random.once(20) ? { buildFailures: 2, onTrial: random.once(2) } : {}),
      ...(random.once(3) ? { ioOps: random.below(3) } : {}),
      used: free
        ? { vcpus: 0, ramMb: 0, diskGb: 0 }
        : { vcpus: 8 * random.below(9), ramMb: 2_048 * (24 + random.below(9)), diskGb: 330 * random.below(4) },
    });
  }
}
