import type { Logger } from '#platform/logging/logger.ts';
import { backoffMs } from '#platform/time/backoff.ts';
import { compareAge, type Desired, type Observed, type Subject } from './subject.ts';

const RETRY_BASE_MS = 1_000;
const RETRY_MAX_MS = 30_000;
/** How many ended keys are remembered, so that a late word of an older generation is known to be late. */
const ENDED_KEPT = 10_000;

interface Item<W, F> {
  desired: W;
  /** Aborts the current run. */
  running: AbortController | undefined;
  queued: boolean;
  /** Run again after the current run: a newer generation or an event came meanwhile. */
  again: boolean;
  failures: number;
  retry: NodeJS.Timeout | undefined;
  last: F | undefined;
}

/** Why a key is looked at: `told` by a wake-up or event; `resync` by the periodic question, which must not shorten a back-off. */
export type Occasion = 'told' | 'resync';

/**
 * Runs `converge`: at most once at a time for a key, the newest generation wins (an older run is aborted, an older word is
 * ignored), different keys in parallel up to the subject's bound, failures again with back-off.
 */
export class Converger<W extends Desired, F extends Observed> {
  readonly #subject: Subject<W, F>;
  readonly #put: (observed: F) => void;
  readonly #log: Logger;
  readonly #items = new Map<string, Item<W, F>>();
  readonly #ended = new Map<string, Desired>();
  readonly #queue: string[] = [];
  readonly #runs = new Set<Promise<void>>();
  #accepting = true;

  constructor(subject: Subject<W, F>, put: (observed: F) => void, log: Logger) {
    this.#subject = subject;
    this.#put = put;
    this.#log = log;
  }

  accept(desired: W, occasion: Occasion): void {
    const key = this.#subject.desiredKey(desired);
    const ended = this.#ended.get(key);
    if (ended !== undefined && compareAge(desired, ended) < 0) return;
    const item = this.#items.get(key);
    if (item === undefined) {
      this.#items.set(key, this.#newItem(desired));
      this.#enqueue(key);
      return;
    }
    const age = compareAge(desired, item.desired);
    if (age < 0) return;
    if (age === 0) {
      // Word for word the same; tickets and addresses in it may be fresher.
      item.desired = desired;
      if (item.running !== undefined || (occasion === 'resync' && item.retry !== undefined)) return;
      if (item.last?.error?.permanent === true) this.#put(item.last);
      else this.#enqueue(key);
      return;
    }
    item.desired = desired;
    item.failures = 0;
    if (item.running === undefined) this.#enqueue(key);
    else {
      item.again = true;
      item.running.abort(new Error('a newer generation came'));
    }
  }

  /** A key changed by itself: converges it again to its last desired state. Ignores unknown keys. */
  touch(key: string): void {
    const item = this.#items.get(key);
    if (item === undefined) return;
    if (item.running === undefined) this.#enqueue(key);
    else item.again = true;
  }

  knows(key: string): boolean {
    return this.#items.has(key);
  }

  /** How many keys wait or run. */
  get busy(): number {
    return this.#queue.length + this.#runs.size;
  }

  drain(): void {
    this.#accepting = false;
    for (const item of this.#items.values()) clearTimeout(item.retry);
  }

  /** Aborts what runs and waits for it. */
  async stop(): Promise<void> {
    this.drain();
    for (const item of this.#items.values()) item.running?.abort(new Error('the agent stops'));
    await Promise.allSettled(this.#runs);
  }

  #newItem(desired: W): Item<W, F> {
    return {
      desired,
      running: undefined,
      queued: false,
      again: false,
      failures: 0,
      retry: undefined,
      last: undefined,
    };
  }

  #enqueue(key: string): void {
    const item = this.#items.get(key);
    if (item === undefined || item.queued || !this.#accepting) return;
    clearTimeout(item.retry);
    item.retry = undefined;
    item.queued = true;
    this.#queue.push(key);
    this.#fill();
  }

  #fill(): void {
    while (this.#accepting && this.#runs.size < this.#subject.parallel) {
      const key = this.#queue.shift();
      if (key === undefined) return;
      const item = this.#items.get(key);
      if (item === undefined) continue;
      item.queued = false;
      const run = this.#run(key, item).finally(() => {
        this.#runs.delete(run);
        this.#fill();
      });
      this.#runs.add(run);
    }
  }

  async #run(key: string, item: Item<W, F>): Promise<void> {
    const running = new AbortController();
    const { desired } = item;
    item.running = running;
    item.again = false;
    const report = (observed: F) => {
      if (!running.signal.aborted) this.#put(observed);
    };
    const observed = await this.#converge(desired, { signal: running.signal, report });
    item.running = undefined;
    if (running.signal.aborted) {
      if (item.again) this.#enqueue(key);
      return;
    }
    item.last = observed;
    this.#put(observed);
    if (item.again) this.#enqueue(key);
    else if (observed.settled) this.#settled(key, item, desired);
    else if (observed.error?.permanent !== true) this.#later(key, item);
  }

  async #converge(desired: W, context: Parameters<Subject<W, F>['converge']>[1]): Promise<F> {
    try {
      return await this.#subject.converge(desired, context);
    } catch (error) {
      if (!context.signal.aborted) {
        this.#log.warn({ err: error, key: this.#subject.desiredKey(desired) }, `${this.#subject.name}: failed`);
      }
      return this.#subject.failed(desired, error);
    }
  }

  #settled(key: string, item: Item<W, F>, desired: W): void {
    item.failures = 0;
    if (!this.#subject.isEnd(desired)) return;
    this.#items.delete(key);
    this.#ended.delete(key);
    this.#ended.set(key, { epoch: desired.epoch, generation: desired.generation });
    if (this.#ended.size > ENDED_KEPT) {
      for (const [oldest] of this.#ended) {
        this.#ended.delete(oldest);
        break;
      }
    }
  }

  #later(key: string, item: Item<W, F>): void {
    if (!this.#accepting) return;
    item.failures += 1;
    item.retry = setTimeout(
      () => {
        item.retry = undefined;
        this.#enqueue(key);
      },
      backoffMs(item.failures, RETRY_BASE_MS, RETRY_MAX_MS),
    );
  }
}
