const KEPT_MAX = 24;

/** Reuses memory for blocks: allocating 4 MiB for each block costs more than reading the block. */
export class BufferPool {
  readonly #limit: number;
  readonly #free: Buffer[] = [];
  readonly #waiting: (() => void)[] = [];
  #used = 0;

  /** `limit`: how many `use` has in use at once. */
  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  /** Waits for its turn, first come, first served. @throws the signal's reason, or what `work` throws. */
  async use<T>(bytes: number, signal: AbortSignal, work: (buffer: Buffer) => Promise<T>): Promise<T> {
    await this.#turn(signal);
    const buffer = this.take(bytes);
    try {
      return await work(buffer);
    } finally {
      this.give(buffer);
      this.#leave();
    }
  }

  /** @returns at least `bytes` bytes with old contents. */
  take(bytes: number): Buffer {
    const at = this.#free.findIndex((buffer) => buffer.length >= bytes);
    return at < 0 ? Buffer.allocUnsafeSlow(bytes) : (this.#free.splice(at, 1)[0] ?? Buffer.allocUnsafeSlow(bytes));
  }

  /** The caller must not read or write the buffer afterwards. */
  give(buffer: Buffer): void {
    if (this.#free.length < KEPT_MAX) this.#free.push(buffer);
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#used < this.#limit) {
      this.#used += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const mine = (): void => {
        signal.removeEventListener('abort', aborted);
        resolve();
      };
      const aborted = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(mine), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', aborted, { once: true });
      this.#waiting.push(mine);
    });
  }

  /** Passes the turn to the longest waiter. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#used -= 1;
    else next();
  }
}
