import { setImmediate } from 'node:timers/promises';
import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { Resources } from '#platform/objects/resources.ts';
import { HostTable } from '../../scheduler/host-table.ts';
import { KnownHost } from '../../scheduler/known-host.ts';
import { schedule } from '../../scheduler/schedule.ts';
import { DEFAULT_POLICY } from '../../scheduler/scheduling-policy.ts';
import { VerdictMemory } from '../../scheduler/verdicts.ts';
import { scriptOptions } from '../support/script-options.ts';
import { aCell, aHost, aRequest, idOf } from '../unit/scheduler/builders.ts';
import { referenceSchedule } from '../unit/scheduler/reference-schedule.ts';
import { SeededRandom } from '../unit/scheduler/seeded-random.ts';
import { ReportingCells } from './reporting-cells.ts';

/** Decisions between two reports of all cells: what a busy region decides in the pause between two polls of a cell. */
const BATCH = 100;

const HELP = `node --expose-gc test/bench/schedule.ts [--json] [--decisions 3000] [--hosts 10000]

Decides for servers of four flavors in regions of 1,000, 10,000 and 100,000 hosts, and prints how long a decision takes with what it changes in
the table, how many a second that is, and the memory of 1,000 hosts; and the same of the reference, which asks and sorts every host. In
"used" regions the hosts have servers of those flavors, at random; in "new" ones they have none. Between batches of ${BATCH} decisions the cells
report: the claims of the batch before, and the ends of the builds of three batches before. "report" is the CPU time of such a report. On a
machine that does other work, "quiet" is the p99 of the quietest tenth of the decisions. Decisions a second are those of one second of CPU time.
`;
const options = scriptOptions(
  HELP,
  {
    ...{ json: { type: 'boolean', default: false }, decisions: { type: 'string', default: '3000' } },
    hosts: { type: 'string', default: '0' },
  },
  { counts: ['decisions', 'hosts'] },
);
const DECISIONS = Number(options.decisions);
/** Before the decisions that are measured. */
const WARM_UP = 300;
const HOSTS_OF_CELL = 1_000;

const FLAVORS: readonly [Resources, ...Resources[]] = [
  { vcpus: 1, ramMb: 1_024, diskGb: 10 },
  { vcpus: 2, ramMb: 4_096, diskGb: 20 },
  { vcpus: 4, ramMb: 8_192, diskGb: 80 },
  { vcpus: 8, ramMb: 32_768, diskGb: 160 },
];
const CAPABILITIES = {
  architectures: ['x86_64', 'i686'],
  machineTypes: ['pc', 'q35', 'pc-i440fx-7.2', 'pc-q35-7.2'],
  diskBuses: ['virtio', 'scsi', 'ide', 'sata', 'usb'],
  nicModels: ['virtio', 'e1000', 'e1000e', 'rtl8139'],
  videoModels: ['virtio', 'vga', 'qxl'],
};

type Filling = 'used' | 'new';

interface Figures {
  readonly hosts: number;
  readonly cells: number;
  readonly filling: Filling;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly decisionsPerSecond: number;
  readonly bytesOf1000Hosts: number;
  readonly quietP99Ms: number;
  readonly reportUs: number;
  readonly referenceP50Ms: number;
  readonly referenceP99Ms: number;
}

interface Times {
  /** Of each decision. */
  readonly ms: readonly number[];
  /** Of all together, on this thread. */
  readonly cpuMs: number;
}

interface Measured extends Times {
  /** CPU time of the report of a host. */
  readonly reportUs: number;
}

interface Region {
  readonly table: HostTable<KnownHost>;
  readonly rows: ReadonlyMap<string, number>;
}

/** Three hardware types, two zones; 1 host of 50 is down. */
function makeRegion(hosts: number, filling: Filling): Region {
  const random = new SeededRandom(hosts);
  const table = new HostTable<KnownHost>();
  const rows = new Map<string, number>();
  for (let at = 0; at < hosts; at++) {
    const cell = aCell(`cell-${Math.floor(at / HOSTS_OF_CELL)}`);
    const size = random.of([1, 2, 4]);
    const used = { vcpus: 0, ramMb: 0, diskGb: 0 };
    for (let guests = filling === 'new' ? 0 : random.below(16 * size); guests > 0; guests--) {
      const flavor = random.of(FLAVORS);
      if (used.ramMb + flavor.ramMb > size * 131_072) break;
      for (const key of ['vcpus', 'ramMb', 'diskGb'] as const) used[key] += flavor[key];
    }
    const host = aHost({
      ...{ name: `host-${at}`, used, capabilities: { ...CAPABILITIES }, up: !random.once(50) },
      total: { vcpus: 32 * size, ramMb: 131_072 * size, diskGb: 4_000 * size },
    });
    rows.set(
      host.id,
      table.add(
        new KnownHost(cell, host, { aggregates: [], customTraits: [], zone: random.of(['nova', 'nova', 'zone-2']) }),
      ),
    );
  }
  return { table, rows };
}

const requestAt = (at: number): SchedulingRequest =>
  aRequest({
    instanceUuid: idOf(`server ${at}`),
    requestId: `req-${at}`,
    resources: FLAVORS[at % FLAVORS.length] ?? FLAVORS[0],
    imageProperties: { hw_disk_bus: 'virtio' },
    availabilityZone: at % 3 === 0 ? 'nova' : null,
  });

function timesOf(count: number, work: (at: number) => void): Times {
  const usage = process.threadCpuUsage();
  const ms = Array.from({ length: count }, (_, at) => {
    const began = performance.now();
    work(at);
    return performance.now() - began;
  });
  const { user, system } = process.threadCpuUsage(usage);
  return { ms, cpuMs: (user + system) / 1_000 };
}

/** Each decision uses capacity, as the scheduler counts it until the cell reports. */
function measure({ table, rows }: Region, decisions: number): Measured {
  const memory = new VerdictMemory();
  const cells = new ReportingCells(table);
  const requests = Array.from({ length: WARM_UP + decisions }, (_, at) => requestAt(at));
  const decide = (at: number): void => {
    const request = requests[at] ?? requestAt(at);
    const [candidate] = schedule(request, { table, silentCells: new Map() }, DEFAULT_POLICY, memory).candidates;
    const row = candidate === undefined ? undefined : rows.get(candidate.hostId);
    if (row === undefined) return;
    table.view(row).assume(request.resources, null, 0);
    table.changed(row);
    cells.decided(row, request.resources);
  };
  let [hosts, reportMs, cpuMs] = [0, 0, 0];
  const ms: number[] = [];
  for (let at = 0; at < requests.length; at += BATCH) {
    const batch = timesOf(Math.min(BATCH, requests.length - at), (offset) => decide(at + offset));
    const report = timesOf(1, () => {
      hosts += cells.report();
    });
    reportMs += report.cpuMs;
    if (at < WARM_UP) continue;
    cpuMs += batch.cpuMs;
    ms.push(...batch.ms);
  }
  return { ms, cpuMs, reportUs: (1_000 * reportMs) / hosts };
}

function measureReference({ table, rows }: Region, decisions: number): Times {
  const hosts = [...rows.values()].map((row) => table.view(row));
  return timesOf(decisions, (at) => void referenceSchedule(requestAt(at), { hosts, silentCells: new Map() }));
}

/** Of what is reachable. Objects that a finished call left behind are collected in a later turn only. */
async function heapBytes(): Promise<number> {
  for (let times = 0; times < 3; times++) {
    await setImmediate();
    globalThis.gc?.();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function figuresOf(hosts: number, filling: Filling): Promise<Figures> {
  const before = await heapBytes();
  const region = makeRegion(hosts, filling);
  const bytes = (await heapBytes()) - before;
  const times = measure(region, DECISIONS);
  const reference = measureReference(region, Math.max(5, Math.min(300, Math.floor(300_000 / hosts))));
  return {
    ...{ hosts, cells: hosts / HOSTS_OF_CELL, filling },
    ...{ p50Ms: shareOf(times.ms, 0.5), p99Ms: shareOf(times.ms, 0.99), quietP99Ms: quietestP99(times.ms) },
    decisionsPerSecond: Math.round((1_000 * times.ms.length) / times.cpuMs),
    reportUs: times.reportUs,
    bytesOf1000Hosts: Math.round((bytes / hosts) * 1_000),
    ...{ referenceP50Ms: shareOf(reference.ms, 0.5), referenceP99Ms: shareOf(reference.ms, 0.99) },
  };
}

function quietestP99(times: readonly number[]): number {
  const length = Math.max(1, Math.floor(times.length / 10));
  const tenths = Array.from({ length: 10 }, (_, at) => times.slice(at * length, (at + 1) * length));
  return Math.min(...tenths.filter((tenth) => tenth.length > 0).map((tenth) => shareOf(tenth, 0.99)));
}

function shareOf(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

const ms = (value: number): string => `${value.toFixed(3)} ms`;

const CASES = (['used', 'new'] as const).flatMap((filling) =>
  (options.hosts === '0' ? [1_000, 10_000, 100_000] : [Number(options.hosts)]).map((hosts) => ({ hosts, filling })),
);
const all: Figures[] = [];
for (const { hosts, filling } of CASES) all.push(await figuresOf(hosts, filling));
if (options.json) process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
else {
  for (const one of all) {
    const { hosts, cells, filling, decisionsPerSecond, bytesOf1000Hosts } = one;
    const figures = [
      `p50 ${ms(one.p50Ms)}, p99 ${ms(one.p99Ms)} (quiet ${ms(one.quietP99Ms)}), ${decisionsPerSecond}/s, report ${one.reportUs.toFixed(0)} µs`,
      `${(bytesOf1000Hosts / 2 ** 20).toFixed(2)} MiB for 1,000 hosts`,
      `reference p50 ${ms(one.referenceP50Ms)}, p99 ${ms(one.referenceP99Ms)}`,
    ];
    process.stdout.write(`${hosts} ${filling} hosts in ${cells} cells: ${figures.join('; ')}\n`);
  }
}
