import { isVolvoxError, messageOf, type VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { backoffMs } from '#platform/time/backoff.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { Desired, Observed, Subject } from './subject.ts';

const BATCH = 200;

/**
 * Reports on their way to the conductor: the newest of each key, in batches, one batch at a time, again until the conductor has
 * it. Not kept on disk: reality is, and after a restart it is looked at and reported anew.
 */
export class Outbox<W extends Desired, F extends Observed> {
  readonly #subject: Subject<W, F>;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, F>();
  readonly #stopped = new AbortController();
  #sending: Promise<void> | undefined;

  constructor(subject: Subject<W, F>, log: Logger, clock: Clock = systemClock) {
    this.#subject = subject;
    this.#log = log;
    this.#clock = clock;
  }

  put(observed: F): void {
    this.#waiting.set(this.#subject.observedKey(observed), observed);
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  /** Resolves when all that was put is with the conductor, or after `ms`. */
  async flush(ms: number): Promise<void> {
    await Promise.race([this.#sending, this.#clock.sleep(ms, this.#stopped.signal)]);
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #send(): Promise<void> {
    // What is put in the same turn of the event loop leaves in one batch.
    await new Promise((resolve) => setImmediate(resolve));
    for (let failures = 0; this.#waiting.size > 0 && !this.#stopped.signal.aborted; ) {
      const batch = [...this.#waiting].slice(0, BATCH);
      for (const [key] of batch) this.#waiting.delete(key);
      try {
        await this.#subject.report(batch.map(([, observed]) => observed));
        failures = 0;
      } catch (error) {
        if (isVolvoxError(error, 'invalid')) {
          await this.#sendAlone(batch, error);
          continue;
        }
        for (const [key, observed] of batch) if (!this.#waiting.has(key)) this.#waiting.set(key, observed);
        failures += 1;
        this.#log.debug({ reason: messageOf(error), waiting: this.#waiting.size }, 'reports wait for the conductor');
        await this.#clock.sleep(backoffMs(failures, 100, 5_000), this.#stopped.signal);
      }
    }
  }

  /** One report that the conductor refuses is no reason to lose the others: each is sent by itself, and only what is refused again is dropped. */
  async #sendAlone(batch: readonly (readonly [string, F])[], refusal: VolvoxError): Promise<void> {
    for (const [key, observed] of batch) {
      try {
        if (batch.length === 1) throw refusal;
        await this.#subject.report([observed]);
      } catch (error) {
        if (isVolvoxError(error, 'invalid')) this.#log.error({ err: error, key }, 'the conductor refuses this report');
        else if (!this.#waiting.has(key)) this.#waiting.set(key, observed);
      }
    }
  }
}
