import { nbdConnectionOf } from '#platform/objects/attached-disk.ts';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import { NO_PARTS, type ObservedDisk } from '#platform/objects/guest-parts.ts';

/**
 * The disks of services that a simulated machine starts with. A simulated host connects to nothing: it checks each connection by its kind,
 * and every server of a disk answers.
 * @throws VolvoxError as `nbdConnectionOf`.
 */
export function simulatedAttachments({ parts = NO_PARTS }: DesiredGuest): readonly ObservedDisk[] {
  const { disks } = { ...NO_PARTS, ...parts };
  for (const disk of disks) nbdConnectionOf(disk);
  return disks.map(({ id }) => ({ diskId: id, state: 'attached' }));
}
