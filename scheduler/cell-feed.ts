import type { CellDoor } from '#platform/directory/cell-doors.ts';
import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { Host } from '#platform/objects/host.ts';
import { backoffMs } from '#platform/time/backoff.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { AggregateMap } from './aggregate-map.ts';
import type { HostTable } from './host-table.ts';
import type { CellView } from './host-view.ts';
import { KnownHost } from './known-host.ts';

/** How long a door may keep a long poll open when nothing changes, and the deadline of the whole call, in ms. */
const POLL_MS = 2_000;
const POLL_DEADLINE_MS = 4_000;
const MAX_PAUSE_MS = 1_000;
/** The pause between polls after a change, in ms. It batches the changes of a busy cell; assumptions cover this scheduler's decisions meanwhile. */
const BATCH_DELAY_MS = 200;

interface CellFeedOptions {
  readonly cell: CellDoor;
  /** Where the feed keeps its hosts; it removes them when it stops. */
  readonly table: HostTable<KnownHost>;
  readonly aggregates: Pick<AggregateMap, 'of'>;
  readonly log: Logger;
  readonly clock: Clock;
  readonly silentAfterMs: number;
  readonly weighsImages: boolean;
}

/** More than any cell has. A cell in the wrong hands could tell of hosts without end. */
const MAX_HOSTS = 50_000;

/** Follows the hosts of one cell by long polls, from construction until `stop`. A failing cell does not slow down the others. */
export class CellFeed {
  readonly #options: CellFeedOptions;
  /** Host id → row of the table. */
  readonly #rows = new Map<string, number>();
  readonly #stopping = new AbortController();
  readonly #following: Promise<void>;
  #cell: CellDoor;
  #view: CellView;
  #cursor: string | null = null;
  #answeredAt: number | null = null;
  #failingSince: number | null = null;

  constructor(options: CellFeedOptions) {
    this.#options = options;
    this.#cell = options.cell;
    this.#view = viewOf(options.cell);
    this.#following = this.#follow();
  }

  get cell(): CellView {
    return this.#view;
  }

  /** True if the cell has not answered yet, or if its polls have failed for `silentAfterMs`. */
  silent(now: number): boolean {
    if (this.#answeredAt === null) return true;
    return this.#failingSince !== null && now - this.#failingSince >= this.#options.silentAfterMs;
  }

  /** The row of a host of this cell. */
  row(hostId: string): number | undefined {
    return this.#rows.get(hostId);
  }

  describe(now: number): { cellId: string; name: string; hosts: number; ageMs: number; connected: boolean } {
    return {
      cellId: this.#view.id,
      name: this.#view.name,
      hosts: this.#rows.size,
      ageMs: this.#answeredAt === null ? 0 : now - this.#answeredAt,
      connected: this.#answeredAt !== null && this.#failingSince === null,
    };
  }

  /** Takes a new URL, key, name or state of the cell. The known hosts stay until the new door reports others. */
  cellChanged(cell: CellDoor): void {
    if (cell === this.#cell) return;
    if (cell.door !== this.#cell.door) this.#cursor = null;
    this.#cell = cell;
    this.#view = viewOf(cell);
    this.replaceHosts();
  }

  /** Rebuilds every known host with the current cell and aggregates. */
  replaceHosts(): void {
    for (const row of [...this.#rows.values()]) this.#update(this.#options.table.view(row).host);
  }

  /** Asks the cell for all its hosts now. If the cell does not answer in time, its known hosts stay; the feed decides when it counts as silent. */
  async ask(deadlineMs: number): Promise<void> {
    const { clock, log } = this.#options;
    const { door } = this.#cell;
    try {
      const { hosts } = await door.listHosts(this.#detail(), { deadlineMs, signal: this.#stopping.signal });
      if (door !== this.#cell.door || this.#stopping.signal.aborted) return;
      for (const host of hosts) this.#update(host);
      this.#answeredAt = clock.now();
      this.#failingSince = null;
    } catch (error) {
      log.info({ cell: this.#view.name, reason: messageOf(error) }, 'cannot list the hosts of the cell in time');
    }
  }

  /** Removes the hosts from the table at once, then waits for the end of the poll. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const id of [...this.#rows.keys()]) this.#forget(id);
    await this.#following;
  }

  async #follow(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; ) {
      const { door } = this.#cell;
      try {
        const waitMs = this.#answeredAt === null ? 0 : POLL_MS;
        const request = { cursor: this.#cursor, waitMs, ...this.#detail() };
        const askedAt = clock.now();
        const answer = await door.watchHosts(request, { deadlineMs: POLL_DEADLINE_MS, signal });
        if (door !== this.#cell.door || signal.aborted) continue;
        if (answer.complete) this.#forgetOthers(answer.hosts);
        for (const host of answer.hosts) this.#update(host);
        this.#cursor = answer.cursor;
        this.#answeredAt = clock.now();
        this.#failingSince = null;
        failures = 0;
        // A cell that did not wait for a change is not asked again at once either.
        const waited = clock.now() - askedAt >= request.waitMs / 2;
        if (answer.hosts.length > 0 || !waited) await clock.sleep(BATCH_DELAY_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        this.#failingSince ??= clock.now();
        if (failures === 1)
          log.warn({ cell: this.#view.name, reason: messageOf(error) }, 'cannot follow the hosts of the cell');
        await clock.sleep(backoffMs(failures, 100, MAX_PAUSE_MS), signal);
      }
    }
  }

  #detail(): { readonly withImageProperties?: true } {
    return this.#options.weighsImages ? { withImageProperties: true } : {};
  }

  #update(host: Host): void {
    const { table, aggregates } = this.#options;
    const placement = aggregates.of(host.name, this.#view.id);
    const row = this.#rows.get(host.id);
    if (row !== undefined) {
      table.replace(row, table.view(row).updated(this.#view, host, placement));
      return;
    }
    if (this.#rows.size >= MAX_HOSTS)
      throw new VolvoxError('unavailable', `Cell ${this.#view.name} tells of more than ${MAX_HOSTS} hosts.`);
    this.#rows.set(host.id, table.add(new KnownHost(this.#view, host, placement)));
  }

  #forgetOthers(hosts: readonly Host[]): void {
    const reported = new Set(hosts.map((host) => host.id));
    for (const id of [...this.#rows.keys()]) if (!reported.has(id)) this.#forget(id);
  }

  #forget(id: string): void {
    const row = this.#rows.get(id);
    if (row !== undefined) this.#options.table.remove(row);
    this.#rows.delete(id);
  }
}

const viewOf = (cell: CellDoor): CellView => ({ id: cell.id, name: cell.name, enabled: cell.enabled });
