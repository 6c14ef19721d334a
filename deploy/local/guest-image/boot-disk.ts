import { open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../run-command.ts';

const SECTOR = 512;
const MIB = 1024 * 1024;
const BOOT_START = 1 * MIB;
const BOOT_SIZE = 30 * MIB;
const DATA_START = BOOT_START + BOOT_SIZE;
const EMPTY_DATA_SIZE = 16 * MIB;

interface BootDisk {
  readonly kernel: Buffer;
  readonly initrd: Buffer;
  /** Folder that stands for the root of the packages syslinux and mtools. */
  readonly packages: string;
  readonly loaderConfig: Buffer;
  /** File with the file system of the second partition; null: the partition is empty. */
  readonly data: string | null;
}

/**
 * Writes a raw disk that boots by itself from any BIOS: MBR, a FAT partition with SYSLINUX, kernel and initrd, and a
 * partition for its data, which the guest formats when it is empty. No loop device, no mount, no root.
 */
export async function writeBootDisk(path: string, disk: BootDisk): Promise<void> {
  const dataSize = disk.data === null ? EMPTY_DATA_SIZE : (await stat(disk.data)).size;
  const handle = await open(path, 'w');
  await handle.truncate(DATA_START + dataSize);
  await handle.write(await bootRecord(disk.packages, dataSize), 0, SECTOR, 0);
  if (disk.data !== null) await handle.write(await readFile(disk.data), 0, dataSize, DATA_START);
  await handle.close();
  const tools = {
    env: { PATH: `${join(disk.packages, 'usr/bin')}:${process.env.PATH ?? ''}`, MTOOLS_SKIP_CHECK: '1' },
  };
  const partition = `${path}@@${BOOT_START}`;
  const sectors = String(BOOT_SIZE / SECTOR);
  await runCommand(
    'mformat',
    ['-i', partition, '-T', sectors, '-h', '64', '-s', '32', '-H', String(BOOT_START / SECTOR), '::'],
    tools,
  );
  await runCommand('syslinux', ['--install', '--offset', String(BOOT_START), path], tools);
  for (const [name, content] of [
    ['vmlinuz', disk.kernel],
    ['initrd', disk.initrd],
    ['syslinux.cfg', disk.loaderConfig],
  ] as const) {
    await addFiles(path, partition, name, content, tools);
  }
}

async function addFiles(
  path: string,
  partition: string,
  name: string,
  content: Buffer,
  tools: { env: Record<string, string> },
): Promise<void> {
  const source = `${path}.${name}`;
  const handle = await open(source, 'w');
  await handle.writeFile(content);
  await handle.close();
  try {
    await runCommand('mcopy', ['-o', '-i', partition, source, `::${name}`], tools);
  } finally {
    await rm(source, { force: true });
  }
}

/** The first sector: SYSLINUX's MBR code and a table of two partitions, the first one active. */
async function bootRecord(packages: string, dataSize: number): Promise<Buffer> {
  const folder = join(packages, 'usr/lib');
  const found = (await readdir(folder, { recursive: true })).find(
    (name) => name.endsWith('/mbr/mbr.bin') || name === 'SYSLINUX/mbr.bin',
  );
  if (found === undefined) throw new Error('package syslinux-common has no mbr.bin');
  const record = Buffer.alloc(SECTOR);
  (await readFile(join(folder, found))).copy(record, 0, 0, 440);
  partitionEntry(BOOT_START, BOOT_SIZE, 0x80, 0x0e).copy(record, 446);
  partitionEntry(DATA_START, dataSize, 0, 0x83).copy(record, 462);
  record.writeUInt16LE(0xaa55, 510);
  return record;
}

function partitionEntry(start: number, size: number, status: number, type: number): Buffer {
  const entry = Buffer.alloc(16, 0);
  entry.writeUInt8(status, 0);
  entry.fill(0xff, 1, 4);
  entry.writeUInt8(type, 4);
  entry.fill(0xff, 5, 8);
  entry.writeUInt32LE(start / SECTOR, 8);
  entry.writeUInt32LE(size / SECTOR, 12);
  return entry;
}
