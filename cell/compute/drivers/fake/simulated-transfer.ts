import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GuestSpec } from '#platform/objects/guest.ts';
import { httpBlockSource } from '../../disk-transfer/block-source.ts';
import { blockCount, type CopiedDisk } from '../../disk-transfer/disk-manifest.ts';
import type { DiskWriter } from '../../disk-transfer/disk-writer.ts';
import { RetryBudget } from '../../disk-transfer/retry-budget.ts';
import { transferBlocks } from '../../disk-transfer/transfer-blocks.ts';
import { checkUnchanged } from '../../disk-transfer/unchanged.ts';
import type { StepContext } from '../driver.ts';
import type { PartialTransfer } from './partial-transfer.ts';
import { readContentId, simulatedBlock } from './simulated-disks.ts';

interface SimulatedTransferOptions {
  readonly source: NonNullable<GuestSpec['diskSource']>;
  readonly dispatcher: Dispatcher;
  /** What an earlier attempt left. */
  readonly half: PartialTransfer | null;
  /** Told after each block. */
  readonly keep: (half: PartialTransfer) => void;
  /** How much longer than the transfer itself it takes, ms. */
  readonly transferDelayMs: number;
}

const NOTHING: PartialTransfer = { contentId: null, console: [], disks: {} };

/**
 * Transfers the disks of a simulated guest from its host with the requests, blocks and checks of real disks. Only what the blocks say
 * is kept, not they.
 *
 * @returns the content id, and the lines of the console. @throws VolvoxError as copyBlocks; `invalid` when the disks that came are not of one content.
 */
export async function transferSimulatedDisks(
  options: SimulatedTransferOptions,
  { signal, progress }: StepContext,
): Promise<{ contentId: string; console: readonly string[] }> {
  const { source, dispatcher, keep, transferDelayMs } = options;
  const blocks = httpBlockSource({ url: source.url, guestId: source.guestId, ticket: source.ticket ?? '', dispatcher });
  const retryBudget = new RetryBudget();
  const { disks } = await retryBudget.ask(() => blocks.manifest(signal), signal);
  const allBytes = disks.reduce((sum, { bytes }) => sum + bytes, 0);
  const blockMs =
    transferDelayMs /
    Math.max(
      1,
      disks.reduce((sum, disk) => sum + blockCount(disk), 0),
    );
  let half = options.half ?? NOTHING;
  await transferBlocks({
    source: blocks,
    disks,
    writerOf: (disk) =>
      partialTransferWriter(disk, blockMs, signal, {
        get: () => half,
        put: (changed) => {
          half = changed;
          keep(half);
        },
      }),
    signal,
    progress: (bytes) => progress(Math.floor((bytes * 100) / Math.max(1, allBytes))),
    retryBudget,
    parallel: 1,
    commitBytes: 1,
  });
  await checkUnchanged(blocks, disks, retryBudget, signal);
  const { contentId, console } = half;
  if (contentId === null) throw new VolvoxError('not-found', `Guest ${source.guestId} has no root disk there.`);
  for (const disk of disks) if (disk.name !== 'console-log') checkContent(disk, contentId, half);
  return { contentId, console };
}

interface PartialTransferCell {
  get(): PartialTransfer;
  put(half: PartialTransfer): void;
}

function partialTransferWriter(
  disk: CopiedDisk,
  blockMs: number,
  signal: AbortSignal,
  cell: PartialTransferCell,
): DiskWriter {
  const { name, version } = disk;
  const written = new Map<number, string>();
  const noted = () => {
    const known = cell.get().disks[name];
    return known?.version === version ? known.blocks : {};
  };
  return {
    open: async () => new Set(Object.keys(noted()).map(Number)),
    write: async (index, bytes) => {
      if (bytes === null) throw new VolvoxError('invalid', `The disk ${name} is not a simulated one.`);
      if (blockMs > 0) await delay(blockMs, undefined, { signal });
      written.set(index, hash('sha256', bytes, 'hex'));
      if (name === 'disk' && index === 0) cell.put({ ...cell.get(), contentId: readContentId(bytes) });
      if (name === 'console-log') cell.put({ ...cell.get(), console: bytes.toString().trimEnd().split('\n') });
    },
    commit: async (indices) => {
      const now = Object.fromEntries(indices.map((index) => [index, written.get(index) ?? '']));
      const half = cell.get();
      cell.put({ ...half, disks: { ...half.disks, [name]: { version, blocks: { ...noted(), ...now } } } });
    },
    close: async () => undefined,
  };
}

function checkContent(disk: CopiedDisk, contentId: string, half: PartialTransfer): void {
  for (let index = 0; index < blockCount(disk); index++) {
    const expected = hash('sha256', simulatedBlock(contentId, disk, index), 'hex');
    if (half.disks[disk.name]?.blocks[index] !== expected) {
      throw new VolvoxError('invalid', `Block ${index} of the disk ${disk.name} is not of the content ${contentId}.`);
    }
  }
}
