import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GuestSpec } from '#platform/objects/guest.ts';
import { httpBlockSource } from '../../disk-copy/block-source.ts';
import { copyBlocks } from '../../disk-copy/copy-blocks.ts';
import { blockCount, type CopiedDisk } from '../../disk-copy/disk-manifest.ts';
import type { DiskWriter } from '../../disk-copy/disk-writer.ts';
import { Patience } from '../../disk-copy/patience.ts';
import { checkUnchanged } from '../../disk-copy/unchanged.ts';
import type { StepContext } from '../driver.ts';
import type { HalfCopy } from './half-copy.ts';
import { readContentId, simulatedBlock } from './simulated-disks.ts';

export interface SimulatedCopyOptions {
  readonly source: NonNullable<GuestSpec['diskSource']>;
  readonly dispatcher: Dispatcher;
  /** What an earlier attempt left. */
  readonly half: HalfCopy | null;
  /** Told after each block. */
  readonly keep: (half: HalfCopy) => void;
  /** How much longer than the transfer itself it takes, ms. */
  readonly copyMs: number;
}

const NOTHING: HalfCopy = { contentId: null, console: [], disks: {} };

/**
 * Copies the disks of a simulated guest from its host, as real ones are: the same questions, blocks and checks. Only what the blocks say
 * is kept, not they.
 *
 * @returns the content id, and the lines of the console. @throws VolvoxError as copyBlocks; `invalid` when the disks that came are not of one content.
 */
export async function copySimulated(
  options: SimulatedCopyOptions,
  { signal, progress }: StepContext,
): Promise<{ contentId: string; console: readonly string[] }> {
  const { source, dispatcher, keep, copyMs } = options;
  const blocks = httpBlockSource({ url: source.url, guestId: source.guestId, ticket: source.ticket ?? '', dispatcher });
  const patience = new Patience();
  const { disks } = await patience.ask(() => blocks.manifest(signal), signal);
  const allBytes = disks.reduce((sum, { bytes }) => sum + bytes, 0);
  const blockMs =
    copyMs /
    Math.max(
      1,
      disks.reduce((sum, disk) => sum + blockCount(disk), 0),
    );
  let half = options.half ?? NOTHING;
  await copyBlocks({
    source: blocks,
    disks,
    writerOf: (disk) =>
      halfCopyWriter(disk, blockMs, signal, {
        get: () => half,
        put: (changed) => {
          half = changed;
          keep(half);
        },
      }),
    signal,
    progress: (bytes) => progress(Math.floor((bytes * 100) / Math.max(1, allBytes))),
    patience,
    parallel: 1,
    commitBytes: 1,
  });
  await checkUnchanged(blocks, disks, patience, signal);
  const { contentId, console } = half;
  if (contentId === null) throw new VolvoxError('not-found', `Guest ${source.guestId} has no root disk there.`);
  for (const disk of disks) if (disk.name !== 'console-log') checkContent(disk, contentId, half);
  return { contentId, console };
}

interface HalfCopyCell {
  get(): HalfCopy;
  put(half: HalfCopy): void;
}

function halfCopyWriter(disk: CopiedDisk, blockMs: number, signal: AbortSignal, cell: HalfCopyCell): DiskWriter {
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

function checkContent(disk: CopiedDisk, contentId: string, half: HalfCopy): void {
  for (let index = 0; index < blockCount(disk); index++) {
    const expected = hash('sha256', simulatedBlock(contentId, disk, index), 'hex');
    if (half.disks[disk.name]?.blocks[index] !== expected) {
      throw new VolvoxError('invalid', `Block ${index} of the disk ${disk.name} is not of the content ${contentId}.`);
    }
  }
}
