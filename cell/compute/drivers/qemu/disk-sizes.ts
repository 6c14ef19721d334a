import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GuestSpec } from '#platform/objects/guest.ts';
import { BLANK_DISKS, type BlankDiskName, disksOf } from '#platform/objects/guest-disks.ts';
import type { CopiedDisk } from '../../disk-transfer/disk-manifest.ts';
import { hasHugePages } from './memory-arguments.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const SIZED = ['disk', ...BLANK_DISKS] as const;
/** Of what is no disk of the flavor: logs, a config drive. */
const OTHER_BYTES_MAX = GIB;
/** A file of a disk may be longer than the disk: its tables, and what a crash of the guest's process left unused in it. */
const SLACK_BYTES = 64 * MIB;
const SLACK_FACTOR = 2;

/** What the guest is to see of the disk, bytes. 0 for a root disk: as large as its image. */
export function sizeFor(name: 'disk' | BlankDiskName, spec: GuestSpec): number {
  if (name === 'disk') return spec.rootGb * GIB;
  return (disksOf(spec).find((disk) => disk.name === name)?.sizeMb ?? 0) * MIB;
}

/**
 * That a host of another cell does not fill this one. A root disk that is as large as its image has no bound but `spaceBytes`, what this
 * host has for it. @throws VolvoxError invalid; no-capacity.
 */
export function checkSizes(disks: readonly CopiedDisk[], spec: GuestSpec, spaceBytes: number): void {
  for (const { name, bytes } of disks) {
    const maxBytes = longest(name, spec);
    if (maxBytes === null && bytes > spaceBytes) {
      throw new VolvoxError('no-capacity', `This host has no space left for the disk ${name} of ${bytes} bytes.`);
    }
    if (maxBytes !== null && bytes > maxBytes) {
      throw new VolvoxError('invalid', `The disk ${name} is too long for the flavor: ${bytes} bytes.`);
    }
  }
}

function longest(name: string, spec: GuestSpec): number | null {
  const sized = SIZED.find((one) => one === name);
  if (sized === undefined) return OTHER_BYTES_MAX;
  const sizeBytes = sizeFor(sized, spec);
  return sizeBytes === 0 ? null : SLACK_FACTOR * sizeBytes + SLACK_BYTES;
}

/**
 * How long the files of a guest may become, bytes; null: nobody knows, since the root disk is as large as its image. The sum of its disks,
 * because a disk that was copied from a larger flavor keeps its size. Huge pages are a file for the kernel, too.
 */
export function longestFile(spec: GuestSpec): number | null {
  if (spec.rootGb === 0) return null;
  const all = SIZED.reduce((sum, name) => sum + sizeFor(name, spec), 0);
  const memory = spec.placement !== undefined && hasHugePages(spec.placement) ? spec.ramMb * MIB : 0;
  return Math.max(memory, SLACK_FACTOR * all + SLACK_BYTES);
}
