import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { BlockSource, FetchedBlock } from '../../../../../cell/compute/disk-transfer/block-source.ts';
import { blockLength, type CopiedDisk } from '../../../../../cell/compute/disk-transfer/disk-manifest.ts';
import type { DiskWriter } from '../../../../../cell/compute/disk-transfer/disk-writer.ts';

/** Four blocks of 4 bytes, and one of 2. */
export const aDisk = (rest: Partial<CopiedDisk> = {}): CopiedDisk => ({
  name: 'disk',
  bytes: 18,
  virtualBytes: 100,
  blockBytes: 4,
  version: 'one',
  ...rest,
});

/** Every byte of a block is its index. */
export const blockOf = (disk: CopiedDisk, index: number): Buffer => Buffer.alloc(blockLength(disk, index), index);

export interface FakeSource extends BlockSource {
  /** The indices that were asked for. */
  readonly asked: number[];
}

/** Answers as `blockOf`; `trouble` may answer before. */
export function fakeSource(
  trouble: (index: number, times: number) => FetchedBlock | VolvoxError | Promise<FetchedBlock> | undefined,
): FakeSource {
  const asked: number[] = [];
  return {
    asked,
    manifest: async () => {
      throw new VolvoxError('internal', 'It is not asked here.');
    },
    block: async (disk, index, _room, signal) => {
      asked.push(index);
      const answer = await trouble(index, asked.filter((one) => one === index).length);
      signal.throwIfAborted();
      if (answer instanceof VolvoxError) throw answer;
      return answer ?? { kind: 'bytes', bytes: blockOf(disk, index) };
    },
  };
}

interface MemoryWriter extends DiskWriter {
  /** Written, durable or not. */
  readonly bytes: Map<number, Buffer | null>;
  /** Outlives a crash. */
  readonly durable: Set<number>;
  readonly closed: () => boolean;
}

export function memoryWriter(durable: readonly number[] = []): MemoryWriter {
  const state = { closed: false };
  const writer: MemoryWriter = {
    bytes: new Map(),
    durable: new Set(durable),
    closed: () => state.closed,
    open: async () => new Set(writer.durable),
    write: async (index, bytes) => {
      writer.bytes.set(index, bytes === null ? null : Buffer.from(bytes));
    },
    commit: async (indices) => {
      for (const index of indices) {
        if (!writer.bytes.has(index)) throw new Error(`block ${index} is made durable before it is written`);
        writer.durable.add(index);
      }
    },
    close: async () => {
      state.closed = true;
    },
  };
  return writer;
}
