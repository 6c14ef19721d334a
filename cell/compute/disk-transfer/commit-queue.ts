import type { Clock } from '#platform/time/clock.ts';
import type { DiskWriter } from './disk-writer.ts';

interface CommitQueueOptions {
  readonly writer: DiskWriter;
  /** So many blocks are committed together. */
  readonly most: number;
  readonly clock: Clock;
}

const OLDEST_MS = 1_000;

/** The written blocks of one disk that are not durable yet, committed one batch at a time while others are being fetched. */
export class CommitQueue {
  readonly #options: CommitQueueOptions;
  #waiting: number[] = [];
  #sinceMs = 0;
  #running: Promise<void> | undefined;

  constructor(options: CommitQueueOptions) {
    this.#options = options;
  }

  /** Waits only when the disk is more than one batch behind. Rejects when a batch could not be made durable. */
  async add(index: number): Promise<void> {
    const { most, clock } = this.#options;
    if (this.#waiting.length === 0) this.#sinceMs = clock.now();
    this.#waiting.push(index);
    if (this.#waiting.length < most && clock.now() - this.#sinceMs < OLDEST_MS) return;
    if (this.#running !== undefined && this.#waiting.length < 2 * most) return;
    await this.#running;
    this.#start();
  }

  /** All that was added is durable. */
  async end(): Promise<void> {
    await this.#running;
    this.#start();
    await this.#running;
  }

  #start(): void {
    if (this.#running !== undefined || this.#waiting.length === 0) return;
    const batch = this.#waiting;
    this.#waiting = [];
    const running = this.#options.writer.commit(batch).then(() => {
      this.#running = undefined;
    });
    // Whoever adds next, or ends, is told; it stays failed.
    running.catch(() => undefined);
    this.#running = running;
  }
}
