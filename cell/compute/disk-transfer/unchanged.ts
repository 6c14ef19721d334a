import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { BlockSource } from './block-source.ts';
import type { CopiedDisk } from './disk-manifest.ts';
import type { RetryBudget } from './retry-budget.ts';

/**
 * The last check of a disk transfer: the disks of the source have not changed since the first block, and their guest is still down.
 * Only then do the blocks belong together.
 *
 * @throws VolvoxError conflict; the next attempt starts those disks over.
 */
export async function checkUnchanged(
  source: BlockSource,
  copied: readonly CopiedDisk[],
  retryBudget: RetryBudget,
  signal: AbortSignal,
): Promise<void> {
  const { disks } = await retryBudget.ask(() => source.manifest(signal), signal);
  const changed = copied.find(({ name, version }) => disks.find((disk) => disk.name === name)?.version !== version);
  if (changed !== undefined) throw new VolvoxError('conflict', `The disk ${changed.name} changed while it was copied.`);
}
