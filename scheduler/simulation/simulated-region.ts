import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { Host } from '#platform/objects/host.ts';
import { withGuest } from '../free-on-host.ts';
import { HostTable } from '../host-table.ts';
import { askedPartsOf, type HostView } from '../host-view.ts';
import { withImage } from '../image-counts.ts';
import { KnownHost } from '../known-host.ts';
import type { Snapshot } from '../snapshot.ts';
import type { MetricSettings } from '../weighed-metrics.ts';

/** Hosts that are like those of a snapshot, and change by what the simulation places on them. */
export class SimulatedRegion {
  readonly table: HostTable<KnownHost>;
  readonly snapshot: Snapshot;
  /** The hosts as they were before each placement, oldest first. */
  #replaced: { readonly row: number; readonly host: KnownHost }[] = [];

  /** `metrics`: those of the policy of its decisions. */
  constructor(hosts: Iterable<KnownHost>, metrics: MetricSettings) {
    this.table = new HostTable(metrics);
    this.snapshot = { table: this.table, silentCells: new Map() };
    this.add(hosts);
  }

  add(hosts: Iterable<KnownHost>): void {
    for (const host of hosts) this.table.add(host);
  }

  hosts(): readonly KnownHost[] {
    return [...this.table.rows()].map((row) => this.table.view(row));
  }

  /** @returns the hosts that it had. What was placed before cannot be taken back any more. */
  removeCell(cellId: string): readonly KnownHost[] {
    const rows = [...this.table.rows()].filter((row) => this.table.view(row).cell.id === cellId);
    const hosts = rows.map((row) => this.table.view(row));
    for (const row of rows) this.table.remove(row);
    this.#replaced = [];
    return hosts;
  }

  /** @throws if there is no such host. */
  place(request: SchedulingRequest, chosen: { readonly cellId: string; readonly hostId: string }): void {
    for (const row of this.table.named(chosen.hostId)) {
      const known = this.table.view(row);
      if (known.cell.id !== chosen.cellId) continue;
      this.#replaced.push({ row, host: known });
      this.table.replace(row, withServer(known, request));
      return;
    }
    throw new RangeError(`there is no host ${chosen.hostId}`);
  }

  /** Takes back what was placed since the last `removeCell`. */
  takeBack(): void {
    for (const { row, host } of this.#replaced.reverse()) this.table.replace(row, host);
    this.#replaced = [];
  }
}

/** A host as its cell reported it, without the scheduler's own decisions since then. */
export const reported = (known: KnownHost): KnownHost => like(known, known.host);

/** The same host, without servers. */
export const emptied = (known: KnownHost): KnownHost =>
  like(known, {
    ...{ ...known.host, used: { vcpus: 0, ramMb: 0, diskGb: 0 }, groups: {}, runningGuests: 0 },
    ...{ nodesUsed: [], devicesUsed: [], imageProperties: {} },
  });

/** What a host has by its cell and its aggregates. */
type Placement = Pick<HostView, 'cell' | 'aggregates' | 'zone' | 'customTraits'>;

/** A host of this cell and of these aggregates. */
export const like = ({ cell, aggregates, zone, customTraits }: Placement, host: Host): KnownHost =>
  new KnownHost(cell, host, { aggregates, zone, customTraits });

function withServer(known: KnownHost, request: SchedulingRequest): KnownHost {
  const { resources, serverGroup, imageProperties } = request;
  const parts = askedPartsOf(request);
  const { used, groups, runningGuests } = known.host;
  return like(known, {
    ...(parts === null ? known.host : withGuest(known.host, parts)),
    used: {
      vcpus: used.vcpus + resources.vcpus,
      ramMb: used.ramMb + resources.ramMb,
      diskGb: used.diskGb + resources.diskGb,
    },
    runningGuests: runningGuests + 1,
    imageProperties: withImage(known.images, imageProperties),
    groups: serverGroup === null ? groups : { ...groups, [serverGroup.id]: (groups[serverGroup.id] ?? 0) + 1 },
  });
}
