import type { Directory } from '#platform/directory/directory.ts';
import { type Delivered, noteDelivered } from '#platform/directory/stores/definitions/delivered.ts';
import type { Clock } from '#platform/time/clock.ts';

interface Waiting {
  readonly delivered: Delivered;
  readonly resolve: (hasMore: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** Writes down the deliveries of one round in one transaction. Those that are late are written down in later ones. */
export class SharedNote {
  readonly #directory: Directory;
  readonly #clock: Clock;
  readonly #maxWaitMs: number;
  /** Deliveries of the round that are in progress. */
  #inProgress: number;
  #waiting: Waiting[] = [];

  /**
   * @param deliveries how many the round has.
   * @param maxWaitMs how long a delivery that is over waits for the others at most.
   */
  constructor(directory: Directory, clock: Clock, deliveries: number, maxWaitMs: number) {
    this.#directory = directory;
    this.#clock = clock;
    this.#inProgress = deliveries;
    this.#maxWaitMs = maxWaitMs;
  }

  /** A delivery is over. @returns when it is written down, whether more has become due in its cell by it. */
  add(delivered: Delivered): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ delivered, resolve, reject });
      if (this.#waiting.length === 1) void this.#clock.sleep(this.#maxWaitMs).then(() => this.#write());
      this.skip();
    });
  }

  /** A delivery is over, and there is nothing to write down. */
  skip(): void {
    this.#inProgress -= 1;
    if (this.#inProgress === 0) void this.#write();
  }

  async #write(): Promise<void> {
    const waiting = this.#waiting.splice(0);
    if (waiting.length === 0) return;
    try {
      const more = await noteDelivered(
        this.#directory,
        waiting.map(({ delivered }) => delivered),
      );
      for (const { delivered, resolve } of waiting) resolve(more.has(delivered.cellId));
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
