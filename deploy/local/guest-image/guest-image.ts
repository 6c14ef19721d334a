import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../run-command.ts';
import { writeBootDisk } from './boot-disk.ts';
import { currentKernel, unpackPackages } from './debian-packages.ts';
import { initramfs } from './initramfs.ts';

const SOURCES = import.meta.dirname;
/** With the kernel: busybox, and what makes a disk that boots. */
const PACKAGES = ['busybox-static', 'syslinux', 'syslinux-common', 'mtools'] as const;

/** What an image has beyond busybox. */
interface MoreInGuest {
  /** Of the image's file. */
  readonly name: string;
  /** Folder of the files that it is made from. */
  readonly sources: string;
  /** Names of Debian packages. */
  packages(): Promise<readonly string[]>;
  /** Makes the file system of the second partition. @returns its file, below `work`. */
  dataPartition(packages: string, work: string): Promise<string>;
}

/** Path of an image in the cache: named by what it is made from, so that a change of ours makes a new one. */
function guestImagePath(cache: string, more: MoreInGuest | null): string {
  const hash = createHash('sha256');
  for (const folder of more === null ? [SOURCES] : [SOURCES, more.sources]) {
    for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return join(cache, `${more?.name ?? 'volvox-guest'}-${hash.digest('hex').slice(0, 12)}.qcow2`);
}

/**
 * Makes the small bootable image out of Debian's kernel and busybox, unless it is in the cache already.
 * @returns its path. A builder that dies leaves nothing that a later one takes for whole.
 */
export async function makeGuestImage(cache: string, more: MoreInGuest | null = null): Promise<string> {
  const target = guestImagePath(cache, more);
  if (existsSync(target)) return target;
  const work = `${target}.${process.pid}`;
  try {
    await mkdir(cache, { recursive: true });
    const names = [await currentKernel(), ...PACKAGES, ...((await more?.packages()) ?? [])];
    const packages = await unpackPackages(work, names);
    const raw = join(work, 'disk.raw');
    await writeBootDisk(raw, {
      kernel: readFileSync(kernelPath(packages)),
      initrd: initramfs(packages, SOURCES),
      packages,
      loaderConfig: readFileSync(join(SOURCES, 'syslinux.cfg')),
      data: (await more?.dataPartition(packages, work)) ?? null,
    });
    const image = join(work, 'disk.qcow2');
    await runCommand('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, image]);
    await rename(image, target);
    return target;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** @param packages folder that stands for the root of the kernel's package. */
export function kernelPath(packages: string): string {
  const name = readdirSync(join(packages, 'boot')).find((file) => file.startsWith('vmlinuz-'));
  if (name === undefined) throw new Error("Debian's kernel package has no kernel");
  return join(packages, 'boot', name);
}
