import type { GuestDisk } from '#platform/objects/guest-disks.ts';

/** What a disk is formatted by: the program, and its arguments before the file. */
export type FormatCommand = readonly [program: string, ...args: string[]];

const USUAL_FORMAT = 'ext4';

const labelled = (version: string, label: string): FormatCommand => [
  `mkfs.${version}`,
  ...['-q', '-F', '-L', label, '-E', 'lazy_itable_init=1,nodiscard'],
];

/**
 * The command that makes a disk what its format says: swap, or a file system. An ephemeral disk is labelled `ephemeral0` and so on, which guests
 * mount it by (FAT has labels in capitals and finds them in either). Pure.
 */
export function formatCommand({ name, format }: Pick<GuestDisk, 'name' | 'format'>): FormatCommand {
  if (name === 'swap') return ['mkswap'];
  const label = name === 'ephemeral1' ? 'ephemeral1' : 'ephemeral0';
  const asked = format ?? USUAL_FORMAT;
  if (asked === 'xfs') return ['mkfs.xfs', '-q', '-f', '-K', '-L', label];
  if (asked === 'vfat') return ['mkfs.vfat', '-n', label.toUpperCase()];
  return labelled(asked, label);
}
