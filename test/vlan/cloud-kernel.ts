import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { currentKernel, unpackPackages } from '../../deploy/local/guest-image/debian-packages.ts';
import { kernelPath } from '../../deploy/local/guest-image/guest-image.ts';
import { runCommand } from '../../deploy/local/run-command.ts';

export interface CloudKernel {
  /** `6.1.0-56-cloud-amd64` */
  readonly release: string;
  /** The file that QEMU boots. */
  readonly image: string;
  /** `lib/modules/<release>`, with the lists by which a module is loaded when it is needed. */
  readonly modules: string;
}

/** Debian's kernel for virtual machines, downloaded and unpacked once; this machine's own stays as it is. */
export async function cloudKernel(cache: string): Promise<CloudKernel> {
  const name = await currentKernel();
  const target = join(cache, name);
  if (!existsSync(target)) {
    const work = `${target}.${process.pid}`;
    try {
      await mkdir(cache, { recursive: true });
      const packages = await unpackPackages(work, [name]);
      await runCommand('busybox', ['depmod', '-b', packages, releaseIn(packages)]);
      await rename(packages, target);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  const release = releaseIn(target);
  return { release, image: kernelPath(target), modules: join(target, 'lib/modules', release) };
}

function releaseIn(packages: string): string {
  const [release, ...others] = readdirSync(join(packages, 'lib/modules'));
  if (release === undefined || others.length > 0) throw new Error(`${packages} has not the modules of one kernel`);
  return release;
}
