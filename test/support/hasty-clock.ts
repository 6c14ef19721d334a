import type { Clock } from '#platform/time/clock.ts';

/**
 * Virtual time that goes on as soon as nothing else is to be done: whenever the event loop has turned and somebody sleeps, the earliest
 * sleeper wakes. `stop` ends it.
 */
export class HastyClock implements Clock {
  #now: number;
  #stopped = false;
  readonly #sleepers = new Set<{ at: number; wake: () => void }>();

  constructor(startAt = Date.parse('2030-01-01T00:00:00.000Z')) {
    this.#now = startAt;
    this.#turn();
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const sleeper = { at: this.#now + ms, wake: resolve };
      const wake = () => {
        this.#sleepers.delete(sleeper);
        resolve();
      };
      sleeper.wake = wake;
      if (signal?.aborted === true) return resolve();
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  stop(): void {
    this.#stopped = true;
  }

  #turn(): void {
    if (this.#stopped) return;
    const [first] = [...this.#sleepers].sort((a, b) => a.at - b.at);
    if (first !== undefined) {
      this.#now = Math.max(this.#now, first.at);
      first.wake();
    }
    setImmediate(() => this.#turn());
  }
}
