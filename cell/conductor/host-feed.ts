import { randomUUID } from 'node:crypto';
import { messageOf } from '#platform/errors/volvox-error.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { Host } from '#platform/objects/host.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { CellDatabase } from '../database/cell-database.ts';
import { trialHasBegun } from '../database/stores/failing-hosts.ts';
import { hostVersions, listHosts } from '../database/stores/hosts.ts';
import { ioOpsOfHosts, withIoOps } from '../database/stores/io-ops.ts';
import { lookEveryMs, Notifier } from './notifier.ts';

/** How long changes of this process are collected before they are read, ms. */
const GATHER_MS = 5;
/** How soon the feed looks after another conductor has told of changes, ms. */
const LOOK_SOON_MS = 100;
/** How soon everything is looked at again after a change, and while there is work in progress on hosts, ms. */
const BUSY_LOOK_MS = 2_000;
/** After a failure, ms. */
const PAUSE_MS = 500;

interface HostChanges {
  readonly cursor: string;
  readonly complete: boolean;
  readonly hosts: Host[];
}

interface OtherConductors {
  /** Called when this process has changed hosts; the others call their `lookSoon`. */
  readonly tell: () => void;
  /** Whether this process hears when they have. */
  readonly hears: boolean;
}

const UNHEARD: OtherConductors = { tell: () => undefined, hears: false };

/**
 * The cell's hosts in memory, numbered in the sequence in which this feed saw their changes. A cursor is this feed's id and such a number.
 * A cursor of another feed (of another conductor, or from before a restart) gets all hosts; so does one from before a host was forgotten. Each full look compares the versions of all
 * hosts, so the feed misses no change, whoever made it. The work in progress on hosts (`ioOps`) changes no version, and nor does the begin of a trial: full looks see
 * them, and so does a look at a host whose builds fail.
 */
export class HostFeed implements Service {
  readonly name = 'host-feed';
  readonly #database: CellDatabase;
  readonly #log: Logger;
  readonly #clock: Clock;
  #id: string = randomUUID();
  readonly #hosts = new Map<string, { host: Host; at: number }>();
  readonly #dirty = new Set<string>();
  readonly #notifier: Notifier;
  readonly #stopping = new AbortController();
  readonly #wake: Notifier;
  readonly #others: OtherConductors;
  #ioOps: ReadonlyMap<string, number> = new Map();
  #at = 0;
  #lookAgainAt = 0;
  #looking: Promise<void> | undefined;

  constructor(database: CellDatabase, log: Logger, clock: Clock = systemClock, others: OtherConductors = UNHEARD) {
    this.#database = database;
    this.#log = log;
    this.#clock = clock;
    this.#notifier = new Notifier(clock);
    this.#wake = new Notifier(clock);
    this.#others = others;
  }

  async start(): Promise<void> {
    await this.#look(null);
    this.#looking = this.#keepLooking();
  }
  async drain(): Promise<void> {
    this.#stopping.abort();
    this.#notifier.ring();
  }
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#looking;
  }

  /** To be called when this process has committed a change of these hosts. */
  changed(hostIds: Iterable<string>): void {
    for (const id of hostIds) this.#dirty.add(id);
    if (this.#dirty.size === 0) return;
    this.#wake.ring();
    this.#others.tell();
  }

  /** Another conductor has changed hosts. */
  lookSoon(): void {
    const soon = this.#clock.now() + LOOK_SOON_MS;
    if (soon >= this.#lookAgainAt) return;
    this.#lookAgainAt = soon;
    this.#wake.ring();
  }

  /** The number of hosts, and of those that are up, as last seen. */
  counts(): { readonly hosts: number; readonly up: number } {
    const hosts = [...this.#hosts.values()];
    return { hosts: hosts.length, up: hosts.filter(({ host }) => host.up).length };
  }

  /** The hosts that changed after `cursor` (null: all hosts), as soon as one has changed; an empty list after `waitMs`. */
  async watch(cursor: string | null, waitMs: number, signal: AbortSignal): Promise<HostChanges> {
    const until = this.#clock.now() + waitMs;
    const [feed, place] = (cursor ?? '').split(' ');
    for (;;) {
      const since = feed === this.#id ? Number(place) : null;
      const hosts = [...this.#hosts.values()].filter((entry) => since === null || entry.at > since);
      const left = until - this.#clock.now();
      if (since === null || hosts.length > 0 || left <= 0 || signal.aborted || this.#stopping.signal.aborted) {
        return { cursor: `${this.#id} ${this.#at}`, complete: since === null, hosts: hosts.map((entry) => entry.host) };
      }
      await this.#notifier.wait(left, signal);
    }
  }

  async #keepLooking(): Promise<void> {
    this.#lookAgainAt = this.#clock.now() + lookEveryMs(this.#others.hears);
    while (!this.#stopping.signal.aborted) {
      if (this.#dirty.size === 0) {
        await this.#wake.wait(Math.max(1, this.#lookAgainAt - this.#clock.now()), this.#stopping.signal);
      }
      if (this.#dirty.size > 0) await this.#clock.sleep(GATHER_MS, this.#stopping.signal);
      const dirty = [...this.#dirty];
      this.#dirty.clear();
      const everything = this.#clock.now() >= this.#lookAgainAt;
      if (everything) this.#lookAgainAt = this.#clock.now() + lookEveryMs(this.#others.hears);
      else if (dirty.length === 0) continue;
      try {
        await this.#look(everything ? null : dirty);
        if (dirty.length > 0 || this.#ioOps.size > 0)
          this.#lookAgainAt = Math.min(this.#lookAgainAt, this.#clock.now() + BUSY_LOOK_MS);
      } catch (error) {
        for (const id of dirty) this.#dirty.add(id);
        this.#log.warn({ reason: messageOf(error) }, 'cannot look for changed hosts');
        await this.#clock.sleep(PAUSE_MS, this.#stopping.signal);
      }
    }
  }

  /** Reads these hosts; null: those whose version in the database is not the known one. */
  async #look(ids: readonly string[] | null): Promise<void> {
    const before = this.#at;
    const changed = ids ?? (await this.#outdated());
    const hosts = await listHosts(this.#database.read, changed, this.#clock.now());
    const present = new Set(hosts.map(({ id }) => id));
    this.#forget(changed.filter((id) => !present.has(id)));
    if (ids === null || hosts.some(({ buildFailures }) => buildFailures > 0)) await this.#seeUnversioned();
    for (const host of hosts) {
      const known = this.#hosts.get(host.id);
      if (known === undefined || known.host.version < host.version) this.#set(host);
    }
    if (this.#at > before) this.#notifier.ring();
  }

  async #seeUnversioned(): Promise<void> {
    this.#ioOps = await ioOpsOfHosts(this.#database.read);
    const now = this.#clock.now();
    for (const { host } of [...this.#hosts.values()]) {
      const begins = trialHasBegun(host, now);
      if (begins || host.ioOps !== (this.#ioOps.get(host.id) ?? 0))
        this.#set(begins ? { ...host, onTrial: true } : host);
    }
  }

  #set(host: Host): void {
    this.#at += 1;
    this.#hosts.set(host.id, { host: withIoOps(host, this.#ioOps), at: this.#at });
  }

  /** With another id of the feed, those who watch get all hosts, and learn which are gone. */
  #forget(gone: readonly string[]): void {
    const forgotten = gone.filter((id) => this.#hosts.delete(id));
    if (forgotten.length === 0) return;
    this.#id = randomUUID();
    this.#notifier.ring();
  }

  async #outdated(): Promise<readonly string[]> {
    const versions = await hostVersions(this.#database.read);
    const present = new Set(versions.map(({ id }) => id));
    this.#forget([...this.#hosts.keys()].filter((id) => !present.has(id)));
    return versions.filter(({ id, version }) => this.#hosts.get(id)?.host.version !== version).map(({ id }) => id);
  }
}
