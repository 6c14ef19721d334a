import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../run-command.ts';

/** Where the kernel's modules and the boot loader come from. Nothing of it is installed on the machine. */
const PACKAGES = ['busybox-static', 'syslinux', 'syslinux-common', 'mtools'] as const;
const KERNEL = 'linux-image-cloud-amd64';

/**
 * Downloads the packages that the guest is made of and unpacks them below `directory`.
 * @param more names of further packages.
 * @returns the folder that stands for their root.
 * @throws with the command that failed and what it said; nothing half unpacked is used, since the caller removes `directory`.
 */
export async function unpackPackages(directory: string, more: readonly string[] = []): Promise<string> {
  const root = join(directory, 'root');
  await rm(directory, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  const kernel = await currentKernel();
  const names = [kernel, ...PACKAGES, ...more];
  await runCommand('apt-get', ['-o', 'APT::Sandbox::User=root', '-q', 'download', ...names], { cwd: directory });
  for (const name of await readdir(directory)) {
    if (name.endsWith('.deb')) await runCommand('dpkg-deb', ['-x', join(directory, name), root]);
  }
  return root;
}

async function currentKernel(): Promise<string> {
  const { stdout } = await runCommand('apt-cache', ['depends', KERNEL]);
  const name = /Depends: (linux-image-\S+)/.exec(stdout)?.[1];
  if (name === undefined) {
    throw new Error(`Debian's package ${KERNEL} is unknown on this machine; run \`apt-get update\` as root`);
  }
  return name;
}
