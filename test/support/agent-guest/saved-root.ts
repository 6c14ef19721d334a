import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../../deploy/local/run-command.ts';

/** The root file system of the agent guest, as an image of its disk has it. */
export interface SavedRoot {
  /** Its journal has what the file system has not: it was not frozen when it was saved. */
  readonly needsRecovery: boolean;
  /** A check finds nothing to repair, without the journal. */
  readonly isClean: boolean;
  /** The last number that the guest's writer has appended to its file; 0: none. */
  readonly count: number;
  /** Its `/etc/shadow`. */
  readonly shadow: string;
}

const PARTITION_ENTRY = 462;
const SECTOR = 512;

/** @param image bytes of a qcow2 file. */
export async function savedRoot(image: Buffer): Promise<SavedRoot> {
  const folder = await mkdtemp(join(tmpdir(), 'volvox-saved-'));
  try {
    const [qcow2, raw, partition] = [join(folder, 'disk.qcow2'), join(folder, 'disk.raw'), join(folder, 'root.ext4')];
    await writeFile(qcow2, image);
    await runCommand('qemu-img', ['convert', '-f', 'qcow2', '-O', 'raw', qcow2, raw]);
    await writeFile(partition, await secondPartition(raw));
    const { stdout: header } = await runCommand('dumpe2fs', ['-h', partition]);
    const { stdout: shadow } = await runCommand('debugfs', ['-R', 'cat /etc/shadow', partition]);
    const { stdout: counts } = await runCommand('debugfs', ['-R', 'cat /counts', partition]);
    const isClean = await runCommand('e2fsck', ['-fn', partition]).then(
      () => true,
      () => false,
    );
    const needsRecovery = /^Filesystem features:.*needs_recovery/m.test(header);
    return { needsRecovery, isClean, count: Number(counts.trim().split(/\s+/).at(-1)), shadow };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function secondPartition(raw: string): Promise<Buffer> {
  const disk = await open(raw);
  try {
    const entry = Buffer.alloc(16);
    await disk.read(entry, 0, entry.length, PARTITION_ENTRY);
    const bytes = Buffer.alloc(entry.readUInt32LE(12) * SECTOR);
    await disk.read(bytes, 0, bytes.length, entry.readUInt32LE(8) * SECTOR);
    return bytes;
  } finally {
    await disk.close();
  }
}
