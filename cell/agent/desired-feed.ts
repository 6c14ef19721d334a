import { isVolvoxError, messageOf } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { backoffMs } from '#platform/time/backoff.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { Occasion } from './converger.ts';
import type { Desired, Observed, Subject } from './subject.ts';

const BATCH = 500;
/** With more ids than this at once, everything is fetched instead. */
const MAX_IDS = 10_000;
/** Every so many questions for what is unsettled one is for everything, so that what changed unheard, and what nobody wants, is found. */
const ALL_EVERY = 30;

/** As guests and port bindings have it. */
const ID = /^[\w-]{1,64}$/;

interface DesiredFeedOptions<W extends Desired, F extends Observed> {
  readonly subject: Subject<W, F>;
  readonly accept: (desired: W, occasion: Occasion) => void;
  /** Called after everything was fetched, with the keys that the conductor named. */
  readonly gotAll: (known: ReadonlySet<string>) => Promise<void>;
  readonly resyncMs: number;
  readonly log: Logger;
  readonly clock?: Clock;
}

/**
 * Fetches the desired state with one request at a time. The next request covers all wake-ups that come during the current one.
 * Everything at the start and whenever `all()` is called; what is unsettled every `resyncMs` (the queue may have lost a wake-up), and
 * instead of that, now and then, everything.
 */
export class DesiredFeed<W extends Desired, F extends Observed> {
  readonly #options: DesiredFeedOptions<W, F>;
  readonly #clock: Clock;
  readonly #ids = new Set<string>();
  readonly #stopped = new AbortController();
  #all = false;
  #asking: Promise<void> | undefined;
  #resync: NodeJS.Timeout | undefined;
  #resyncs = 0;

  constructor(options: DesiredFeedOptions<W, F>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  start(): void {
    this.#resync = setInterval(() => void this.#lookForUnsettled(), this.#options.resyncMs);
  }

  /** `ids` come through a queue to which all agents of the cell can write, so they may be anything. */
  wake(ids: unknown): void {
    for (const id of Array.isArray(ids) ? ids : []) if (typeof id === 'string' && ID.test(id)) this.#ids.add(id);
    if (this.#ids.size > MAX_IDS) this.#all = true;
    this.#ask();
  }

  all(): void {
    this.#all = true;
    this.#ask();
  }

  async stop(): Promise<void> {
    clearInterval(this.#resync);
    this.#stopped.abort();
    await this.#asking;
  }

  #ask(): void {
    if (this.#stopped.signal.aborted) return;
    this.#asking ??= this.#askAll().finally(() => {
      this.#asking = undefined;
    });
  }

  async #askAll(): Promise<void> {
    const { subject, accept, log } = this.#options;
    await new Promise((resolve) => setImmediate(resolve));
    for (let failures = 0; (this.#all || this.#ids.size > 0) && !this.#stopped.signal.aborted; ) {
      const everything = this.#all;
      const ids = everything ? [] : [...this.#ids].slice(0, BATCH);
      for (const id of everything ? this.#ids : ids) this.#ids.delete(id);
      this.#all = false;
      try {
        const desired = await subject.fetch({ ids: everything ? null : ids, unsettledOnly: false });
        for (const one of desired) accept(one, 'told');
        if (everything) await this.#options.gotAll(new Set(desired.map((one) => subject.desiredKey(one))));
        failures = 0;
      } catch (error) {
        // What the conductor refuses would be refused for ever, and nothing else would be asked for.
        const isRefused = !everything && isVolvoxError(error, 'invalid');
        if (everything || isRefused) this.#all = true;
        else for (const id of ids) this.#ids.add(id);
        failures += 1;
        log.debug({ reason: messageOf(error) }, `${subject.name}: cannot fetch the desired state from the conductor`);
        await this.#clock.sleep(backoffMs(failures, 100, 5_000), this.#stopped.signal);
      }
    }
  }

  async #lookForUnsettled(): Promise<void> {
    const { subject, accept, log } = this.#options;
    if (this.#asking !== undefined) return;
    this.#resyncs += 1;
    const everything = this.#resyncs % ALL_EVERY === 0;
    try {
      const desired = await subject.fetch({ ids: null, unsettledOnly: !everything });
      for (const one of desired) accept(one, 'resync');
      if (everything) await this.#options.gotAll(new Set(desired.map((one) => subject.desiredKey(one))));
    } catch (error) {
      log.debug({ reason: messageOf(error) }, `${subject.name}: no resync`);
    }
  }
}
