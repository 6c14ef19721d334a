import type { Decision, SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { CellDoor } from '#platform/directory/cell-doors.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { AggregateMap } from './aggregate-map.ts';
import { CellFeed } from './cell-feed.ts';
import { HostTable } from './host-table.ts';
import { askedPartsOf } from './host-view.ts';
import { ASSUMED_MS, type KnownHost } from './known-host.ts';
import { DEFAULT_SETTINGS } from './scheduling-settings.ts';
import type { Snapshot } from './snapshot.ts';
import type { MetricSettings } from './weighed-metrics.ts';

/** How long a decision waits for a cell to list its hosts, in ms. */
const ASK_DEADLINE_MS = 800;

/** Between two assumptions of one moment. */
const STEP_MS = 1 / 1_024;

/** A host that may have an assumption which ends at this time. */
interface ExpiringAssumption {
  readonly cellId: string;
  readonly hostId: string;
  readonly until: number;
}

/** The part of `CellDoors` that the snapshot uses. */
interface KnownCells {
  all(): readonly CellDoor[];
  watch(changed: () => void): () => void;
}

interface HostSnapshotOptions {
  readonly cells: KnownCells;
  readonly aggregates: Pick<AggregateMap, 'of' | 'onChange'>;
  readonly log: Logger;
  readonly clock?: Clock;
  /** The snapshot leaves out a cell whose feed has failed for this long, in ms. */
  readonly silentAfterMs: number;
  /** Those of the policy of the decisions. */
  readonly metrics?: MetricSettings;
  /** Whether images of servers are weighed; only then cells are asked for them. */
  readonly weighsImages?: boolean;
}

/** Keeps the hosts of all cells in memory, with one feed for each cell that the directory lists. */
export class HostSnapshot implements Service {
  readonly name = 'host snapshot';
  readonly #options: Required<HostSnapshotOptions>;
  readonly #feeds = new Map<string, CellFeed>();
  readonly #table: HostTable<KnownHost>;
  /** The oldest first. */
  #assumptions: ExpiringAssumption[] = [];
  /** When the last assumption was made; each has a moment of its own. */
  #assumedAt = 0;
  /** The same, when `current` was last called. */
  #assumedBefore = 0;
  #unwatch: () => void = () => undefined;

  constructor(options: HostSnapshotOptions) {
    this.#options = { clock: systemClock, metrics: DEFAULT_SETTINGS.metrics, weighsImages: false, ...options };
    this.#table = new HostTable(this.#options.metrics);
  }

  async start(): Promise<void> {
    const { cells, aggregates } = this.#options;
    this.#unwatch = cells.watch(() => this.#follow());
    aggregates.onChange(() => {
      for (const feed of this.#feeds.values()) feed.replaceHosts();
    });
    this.#follow();
  }
  async drain(): Promise<void> {}
  async stop(): Promise<void> {
    this.#unwatch();
    await Promise.all([...this.#feeds.values()].map((feed) => feed.stop()));
    this.#feeds.clear();
  }

  /** Asks every cell for its hosts now, and waits for the cells that answer in time. */
  async ask(): Promise<void> {
    await Promise.all([...this.#feeds.values()].map((feed) => feed.ask(ASK_DEADLINE_MS)));
  }

  /** The current state. Valid only until the next await, because it shares its hosts with the feeds. */
  current(): Snapshot {
    const now = this.#options.clock.now();
    this.#assumedBefore = this.#assumedAt;
    this.#expire(now);
    const silentCells = new Map<string, string>();
    for (const [id, feed] of this.#feeds) if (feed.silent(now)) silentCells.set(id, feed.cell.name);
    return { table: this.#table, silentCells };
  }

  /** All hosts of the cells that answer, and the names of the other cells. Hosts change as cells report them. */
  hosts(): { readonly hosts: readonly KnownHost[]; readonly silentCells: readonly string[] } {
    const { silentCells } = this.current();
    const hosts = [...this.#table.rows()].map((row) => this.#table.view(row));
    return { hosts: hosts.filter(({ cell }) => !silentCells.has(cell.id)), silentCells: [...silentCells.values()] };
  }

  /** Counts the first candidate of a decision as used, until the cell reports the claim or a few seconds have passed. */
  assume(request: SchedulingRequest, decision: Decision): void {
    const [candidate] = decision.candidates;
    if (candidate === undefined) return;
    const { cellId, hostId } = candidate;
    const row = this.#feeds.get(cellId)?.row(hostId);
    if (row === undefined) return;
    const now = Math.max(this.#options.clock.now(), this.#assumedAt + STEP_MS);
    this.#assumedAt = now;
    const { resources, serverGroup } = request;
    const imageProperties = this.#options.weighsImages ? request.imageProperties : {};
    this.#table.view(row).assume(resources, serverGroup?.id ?? null, now, askedPartsOf(request), imageProperties);
    this.#table.changed(row);
    this.#assumptions.push({ cellId, hostId, until: now + ASSUMED_MS });
  }

  /**
   * Drops the assumptions made before `current` was last called: their claims may have failed, or may have been made on other hosts. The snapshot
   * that was given shows it. @returns whether there were any.
   */
  forgetEarlier(): boolean {
    return this.#expire(this.#assumedBefore + ASSUMED_MS);
  }

  /** The age of the data of each cell. */
  describe(): { cellId: string; name: string; hosts: number; ageMs: number; connected: boolean }[] {
    const now = this.#options.clock.now();
    return [...this.#feeds.values()].map((feed) => feed.describe(now));
  }

  #expire(now: number): boolean {
    const first = this.#assumptions.findIndex(({ until }) => until > now);
    const expired = this.#assumptions.splice(0, first === -1 ? this.#assumptions.length : first);
    for (const { cellId, hostId } of expired) {
      const row = this.#feeds.get(cellId)?.row(hostId);
      if (row !== undefined && this.#table.view(row).expire(now)) this.#table.changed(row);
    }
    return expired.length > 0;
  }

  #follow(): void {
    const { cells, ...options } = this.#options;
    const table = this.#table;
    const now = new Map(cells.all().map((cell) => [cell.id, cell]));
    for (const [id, feed] of this.#feeds) {
      if (now.has(id)) continue;
      this.#feeds.delete(id);
      void feed.stop();
    }
    for (const [id, cell] of now) {
      const feed = this.#feeds.get(id);
      if (feed !== undefined) feed.cellChanged(cell);
      else this.#feeds.set(id, new CellFeed({ ...options, cell, table }));
    }
  }
}
