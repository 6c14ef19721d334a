import { throttled } from './throttled.ts';

export interface FairGateOptions {
  /** What passes the gate, as a refusal names it: `password hashing`. */
  readonly what: string;
  /** How much may run at once, in all and for one key. */
  readonly inFlight: number;
  readonly inFlightPerKey: number;
  /** How much may wait, in all and for one key. */
  readonly waiting: number;
  readonly waitingPerKey: number;
  /** How long one may wait, ms. */
  readonly maxWaitMs: number;
  readonly onRefused?: () => void;
}

/** Ends what passed the gate; a second call has no effect. */
type Leave = () => void;

interface Waiter {
  readonly admit: () => void;
  readonly refuse: () => void;
}

interface Share {
  running: number;
  readonly waiters: Waiter[];
}

const RETRY_AFTER_MS = 1_000;

/**
 * Bounds how much runs at once, in all and for each key (a project, an address). Whoever finds no capacity waits; keys that wait take turns, so
 * a key with many waiters does not delay a key with one. When too many wait in all, the youngest waiter of the key with the most makes way for a key
 * with fewer, so few keys cannot refuse all others. It keeps a state only for keys that run or wait.
 */
export class FairGate {
  readonly #options: FairGateOptions;
  readonly #shares = new Map<string, Share>();
  /** The keys that have waiters; the first one is next. */
  readonly #turns = new Set<string>();
  #running = 0;
  #waiting = 0;

  constructor(options: FairGateOptions) {
    this.#options = options;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** @throws VolvoxError throttled, or the reason of `signal` when that aborts the wait. */
  async run<R>(key: string, work: () => Promise<R>, signal?: AbortSignal): Promise<R> {
    const leave = await this.enter(key, signal);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /** Resolves when `key` may run. @throws VolvoxError throttled, or the reason of `signal` when that aborts the wait. */
  async enter(key: string, signal?: AbortSignal): Promise<Leave> {
    const { inFlight, inFlightPerKey, waitingPerKey } = this.#options;
    signal?.throwIfAborted();
    const share = this.#shareOf(key);
    if (share.waiters.length === 0 && this.#running < inFlight && share.running < inFlightPerKey) {
      return this.#start(key, share);
    }
    if (share.waiters.length >= waitingPerKey || !this.#makeWay(share)) {
      this.#forgetIdle(key, share);
      throw this.#refusal();
    }
    return this.#wait(key, share, signal);
  }

  /** @returns whether one more of this share may wait. */
  #makeWay(share: Share): boolean {
    if (this.#waiting < this.#options.waiting) return true;
    let largest: Share = share;
    for (const key of this.#turns) {
      const other = this.#shareOf(key);
      if (other.waiters.length > largest.waiters.length) largest = other;
    }
    // One more than the newcomer would have: equals do not displace each other.
    if (largest.waiters.length < share.waiters.length + 2) return false;
    largest.waiters.at(-1)?.refuse();
    return true;
  }

  #wait(key: string, share: Share, signal: AbortSignal | undefined): Promise<Leave> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.#remove(key, share, waiter);
      };
      const waiter: Waiter = {
        admit: () => {
          done();
          resolve(this.#start(key, share));
        },
        refuse: () => {
          done();
          this.#forgetIdle(key, share);
          reject(this.#refusal());
        },
      };
      const onAbort = () => {
        done();
        this.#forgetIdle(key, share);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => waiter.refuse(), this.#options.maxWaitMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      share.waiters.push(waiter);
      this.#waiting++;
      this.#turns.add(key);
    });
  }

  #remove(key: string, share: Share, waiter: Waiter): void {
    const index = share.waiters.indexOf(waiter);
    if (index < 0) return;
    share.waiters.splice(index, 1);
    this.#waiting--;
    this.#turns.delete(key);
    if (share.waiters.length > 0) this.#turns.add(key);
  }

  #start(key: string, share: Share): Leave {
    share.running++;
    this.#running++;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      share.running--;
      this.#running--;
      this.#admitWaiters();
      this.#forgetIdle(key, share);
    };
  }

  #admitWaiters(): void {
    while (this.#running < this.#options.inFlight) {
      const next = this.#nextWaiter();
      if (next === undefined) return;
      next.admit();
    }
  }

  #nextWaiter(): Waiter | undefined {
    for (const key of this.#turns) {
      const share = this.#shareOf(key);
      if (share.running < this.#options.inFlightPerKey) return share.waiters[0];
    }
    return undefined;
  }

  #shareOf(key: string): Share {
    const known = this.#shares.get(key);
    if (known !== undefined) return known;
    const share: Share = { running: 0, waiters: [] };
    this.#shares.set(key, share);
    return share;
  }

  #forgetIdle(key: string, share: Share): void {
    if (share.running === 0 && share.waiters.length === 0) this.#shares.delete(key);
  }

  #refusal(): Error {
    this.#options.onRefused?.();
    return throttled(`Too many requests wait for ${this.#options.what}; please try again later.`, RETRY_AFTER_MS);
  }
}
