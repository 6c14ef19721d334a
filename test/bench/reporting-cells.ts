import type { Host } from '#platform/objects/host.ts';
import type { Resources } from '#platform/objects/resources.ts';
import type { HostTable } from '../../scheduler/host-table.ts';
import type { KnownHost } from '../../scheduler/known-host.ts';

/** After so many reports a build has ended, and a server is deleted. */
const BUILD_ENDS = 3;
const DELETED = 20;

interface Server {
  readonly row: number;
  readonly resources: Resources;
}

/** What happened on a host since the last report. */
interface HostChange {
  readonly used: Resources;
  readonly guests: number;
  readonly ioOps: number;
}

/** Cells that report what becomes of decisions: a claim with work in progress, then a build that has ended, then a server that is gone. So a region stays about as full as it is. */
export class ReportingCells {
  readonly #table: HostTable<KnownHost>;
  /** The servers decided before each report, the last first; the first are those since the last report. */
  readonly #batches: Server[][] = [[]];

  constructor(table: HostTable<KnownHost>) {
    this.#table = table;
  }

  decided(row: number, resources: Resources): void {
    this.#batches[0]?.push({ row, resources });
  }

  /** @returns how many hosts were told. */
  report(): number {
    const [claimed = [], ended = [], deleted = []] = [0, BUILD_ENDS, DELETED].map((at) => this.#batches[at] ?? []);
    const changes = new Map<number, HostChange>();
    for (const server of claimed) change(changes, server, { guests: 1, ioOps: 1 });
    for (const server of ended) change(changes, server, { guests: 0, ioOps: -1 });
    for (const server of deleted) change(changes, server, { guests: -1, ioOps: 0 });
    for (const [row, { used, guests, ioOps }] of changes) {
      const known = this.#table.view(row);
      const host: Host = {
        ...known.host,
        version: known.host.version + 1,
        used: plus(known.host.used, used, 1),
        runningGuests: known.host.runningGuests + guests,
        ioOps: (known.host.ioOps ?? 0) + ioOps,
      };
      this.#table.replace(row, known.updated(known.cell, host, known));
    }
    this.#batches.unshift([]);
    this.#batches.length = Math.min(this.#batches.length, DELETED + 1);
    return changes.size;
  }
}

function change(changes: Map<number, HostChange>, { row, resources }: Server, by: Omit<HostChange, 'used'>): void {
  const known = changes.get(row) ?? { used: { vcpus: 0, ramMb: 0, diskGb: 0 }, guests: 0, ioOps: 0 };
  changes.set(row, {
    used: plus(known.used, resources, by.guests),
    guests: known.guests + by.guests,
    ioOps: known.ioOps + by.ioOps,
  });
}

const plus = (a: Resources, b: Resources, times: number): Resources => ({
  vcpus: a.vcpus + times * b.vcpus,
  ramMb: a.ramMb + times * b.ramMb,
  diskGb: a.diskGb + times * b.diskGb,
});
