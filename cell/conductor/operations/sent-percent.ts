import type { ObservedMigration } from '#platform/objects/guest-parts.ts';

const MIB = 2 ** 20;

/**
 * How much of its disks and memory a machine has sent, percent. The memory of the flavor is still to be sent while the machine does not say
 * how much it is: it sends its disks first. Not monotonic: memory that the guest has written to is sent again.
 */
export function sentPercent({ memory, disks }: Pick<ObservedMigration, 'memory' | 'disks'>, ramMb: number): number {
  const isMemoryKnown = memory.totalBytes > 0;
  const memoryBytes = isMemoryKnown ? memory.totalBytes : ramMb * MIB;
  const total = memoryBytes + disks.totalBytes;
  const left = (isMemoryKnown ? memory.remainingBytes : memoryBytes) + disks.remainingBytes;
  return total === 0 ? 0 : Math.floor((100 * Math.max(0, total - left)) / total);
}
