import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { BlockSource } from './block-source.ts';
import { BufferPool } from './buffer-pool.ts';
import { CommitQueue } from './commit-queue.ts';
import { blockCount, blockLength, type CopiedDisk } from './disk-manifest.ts';
import type { DiskWriter } from './disk-writer.ts';
import { GivenUp, RetryBudget } from './retry-budget.ts';

export interface TransferOptions {
  readonly source: BlockSource;
  readonly disks: readonly CopiedDisk[];
  readonly writerOf: (disk: CopiedDisk) => DiskWriter;
  readonly signal: AbortSignal;
  /** How many bytes are here, with those of earlier attempts. */
  readonly progress: (bytes: number) => void;
  /** Blocks on their way at once. */
  readonly parallel?: number;
  /** What may be lost and fetched again after a crash. */
  readonly commitBytes?: number;
  readonly retryBudget?: RetryBudget;
  /** All disk transfers of an agent share it, so that parallel transfers take no more memory. */
  readonly buffers?: BufferPool;
  readonly clock?: Clock;
}

interface TransferResult {
  /** What this attempt fetched; zeros count. */
  readonly fetchedBytes: number;
}

const PARALLEL = 6;
/** Blocks that all disk transfers of one agent fetch at the same time. */
export const BLOCKS_AT_ONCE = 24;
const COMMIT_BYTES = 64 * 1024 ** 2;
const DAMAGED_MAX = 3;

interface Target {
  readonly disk: CopiedDisk;
  readonly writer: DiskWriter;
  readonly commits: CommitQueue;
  /** Ascending. */
  readonly missing: readonly number[];
}

/**
 * Fetches all missing blocks, several at a time, checks each, and requests a block again that does not come. When it
 * resolves, all of them are durable. However it ends, also by a crash, what was committed is not fetched again by the next attempt.
 *
 * @throws VolvoxError what the source answered when that is final (conflict: the guest runs, or its disk changed); `unavailable` when
 * nothing came within the retry budget, or a block came damaged three times; the signal's reason.
 */
export async function transferBlocks(options: TransferOptions): Promise<TransferResult> {
  return await new BlockTransfer(options).run();
}

class BlockTransfer {
  readonly #options: TransferOptions;
  readonly #clock: Clock;
  readonly #retryBudget: RetryBudget;
  readonly #buffers: BufferPool;
  /** Ends the other workers when one fails. */
  readonly #failed = new AbortController();
  readonly #signal: AbortSignal;
  #here = 0;
  #fetched = 0;

  constructor(options: TransferOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#retryBudget = options.retryBudget ?? new RetryBudget();
    this.#buffers = options.buffers ?? new BufferPool();
    this.#signal = AbortSignal.any([options.signal, this.#failed.signal]);
  }

  async run(): Promise<TransferResult> {
    const { disks, progress, parallel = PARALLEL } = this.#options;
    const writers = disks.map((disk) => ({ disk, writer: this.#options.writerOf(disk) }));
    try {
      const targets: Target[] = [];
      for (const one of writers) targets.push(await this.#open(one));
      progress(this.#here);
      const blocks = missingBlocks(targets);
      const workers = await Promise.allSettled(Array.from({ length: parallel }, () => this.#work(blocks)));
      // Also after a failure: what has come is kept for the next attempt.
      const commits = await Promise.allSettled(targets.map(({ commits }) => commits.end()));
      const ended = [...workers, ...commits].find((one) => one.status === 'rejected');
      this.#options.signal.throwIfAborted();
      if (this.#failed.signal.aborted) throw this.#failed.signal.reason;
      if (ended !== undefined) throw ended.reason;
      return { fetchedBytes: this.#fetched };
    } finally {
      for (const { writer } of writers) await writer.close();
    }
  }

  async #open({ disk, writer }: { disk: CopiedDisk; writer: DiskWriter }): Promise<Target> {
    const here = await writer.open(disk);
    const missing: number[] = [];
    for (let index = 0; index < blockCount(disk); index++) {
      if (here.has(index)) this.#here += blockLength(disk, index);
      else missing.push(index);
    }
    const commitBytes = this.#options.commitBytes ?? COMMIT_BYTES;
    const commits = new CommitQueue({
      writer,
      most: Math.max(1, Math.floor(commitBytes / disk.blockBytes)),
      clock: this.#clock,
    });
    return { disk, writer, commits, missing };
  }

  /** Takes one block after another, until none is left. */
  async #work(blocks: Iterator<[Target, number]>): Promise<void> {
    try {
      for (let next = blocks.next(); next.done !== true; next = blocks.next()) {
        const [target, index] = next.value;
        await this.#transfer(target, index);
        this.#signal.throwIfAborted();
      }
    } catch (error) {
      this.#failed.abort(error);
      throw error;
    }
  }

  async #transfer(target: Target, index: number): Promise<void> {
    const { disk, commits } = target;
    const state = { damaged: 0 };
    await this.#retryBudget.ask(
      () => this.#buffers.use(disk.blockBytes + 1, this.#signal, (buffer) => this.#fetch(target, index, buffer, state)),
      this.#signal,
    );
    await commits.add(index);
    const length = blockLength(disk, index);
    this.#here += length;
    this.#fetched += length;
    this.#options.progress(this.#here);
  }

  async #fetch({ disk, writer }: Target, index: number, buffer: Buffer, state: { damaged: number }): Promise<void> {
    const block = await this.#options.source.block(disk, index, buffer, this.#signal);
    if (block.kind !== 'damaged') {
      await writer.write(index, block.kind === 'bytes' ? block.bytes : null);
      return;
    }
    state.damaged += 1;
    const what = `Block ${index} of the disk ${disk.name} came damaged: ${block.reason}.`;
    throw new (state.damaged < DAMAGED_MAX ? VolvoxError : GivenUp)('unavailable', what);
  }
}

function* missingBlocks(targets: readonly Target[]): Generator<[Target, number], void, undefined> {
  for (const target of targets) for (const index of target.missing) yield [target, index];
}
