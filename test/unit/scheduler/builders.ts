import { createHash } from 'node:crypto';
import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { Host } from '#platform/objects/host.ts';
import { HostTable } from '../../../scheduler/host-table.ts';
import type { AggregateView, CellView } from '../../../scheduler/host-view.ts';
import { KnownHost } from '../../../scheduler/known-host.ts';
import type { Snapshot } from '../../../scheduler/snapshot.ts';
import { aSchedulingRequest } from '../../support/a-scheduling-request.ts';

/** A UUID that is the same each time for the same text. */
export const idOf = (text: string): string =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

export const aCell = (name = 'cell-1', rest: Partial<CellView> = {}): CellView => ({
  id: idOf(`cell ${name}`),
  name,
  enabled: true,
  ...rest,
});

export const aHost = (rest: Partial<Host> = {}): Host => {
  const name = rest.name ?? 'host-1';
  return {
    id: idOf(`host ${name}`),
    name,
    node: name,
    version: 1,
    serviceId: idOf(`service ${name}`),
    hypervisorType: 'QEMU',
    hypervisorVersion: 7_002_000,
    total: { vcpus: 16, ramMb: 65_536, diskGb: 1_000 },
    reserved: { vcpus: 0, ramMb: 0, diskGb: 0 },
    ratios: { vcpus: 4, ramMb: 1, diskGb: 1 },
    used: { vcpus: 0, ramMb: 0, diskGb: 0 },
    cpuInfo: { arch: 'x86_64', vendor: 'GenuineIntel', features: ['avx', 'sse4'] },
    hostIp: '127.0.0.1',
    capabilities: { architectures: ['x86_64', 'i686'], diskBuses: ['virtio', 'scsi'] },
    uptime: null,
    up: true,
    forcedDown: false,
    enabled: true,
    disabledReason: null,
    lastSeenAt: null,
    startedAt: '2026-01-01T00:00:00.000Z',
    runningGuests: 0,
    buildFailures: 0,
    groups: {},
    labels: {},
    ...rest,
  };
};

export const aView = (
  host: Host = aHost(),
  rest: {
    cell?: CellView;
    aggregates?: readonly AggregateView[];
    zone?: string;
    customTraits?: readonly string[];
  } = {},
): KnownHost =>
  new KnownHost(rest.cell ?? aCell(), host, {
    ...{ aggregates: rest.aggregates ?? [], zone: rest.zone ?? 'nova' },
    customTraits: rest.customTraits ?? [],
  });

export const aRequest = (rest: Partial<SchedulingRequest> = {}): SchedulingRequest =>
  aSchedulingRequest({ instanceUuid: idOf('instance'), ...rest });

/** Of silent cells, the snapshot names those given; none of the hosts is theirs. */
export function aSnapshot(hosts: readonly KnownHost[], silentCells: readonly string[] = []): Snapshot {
  const table = new HostTable<KnownHost>();
  for (const host of hosts) table.add(host);
  return { table, silentCells: new Map(silentCells.map((name) => [idOf(`silent ${name}`), name])) };
}

export const aGroup = (policy: string, maxServerPerHost = 1) => ({ id: idOf('group'), policy, maxServerPerHost });
