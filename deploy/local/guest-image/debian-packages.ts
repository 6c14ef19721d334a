import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../run-command.ts';

const KERNEL = 'linux-image-cloud-amd64';

/**
 * Downloads packages and unpacks them below `directory`. Nothing of them is installed on the machine.
 * @returns the folder that stands for their root.
 * @throws with the command that failed and what it said; nothing half unpacked is used, since the caller removes `directory`.
 */
export async function unpackPackages(directory: string, names: readonly string[]): Promise<string> {
  const root = join(directory, 'root');
  await rm(directory, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  await runCommand('apt-get', ['-o', 'APT::Sandbox::User=root', '-q', 'download', ...names], { cwd: directory });
  for (const name of await readdir(directory)) {
    if (name.endsWith('.deb')) await runCommand('dpkg-deb', ['-x', join(directory, name), root]);
  }
  return root;
}

/** The name of the package of Debian's kernel for virtual machines, of its newest version. */
export async function currentKernel(): Promise<string> {
  const { stdout } = await runCommand('apt-cache', ['depends', KERNEL]);
  const name = /Depends: (linux-image-\S+)/.exec(stdout)?.[1];
  if (name === undefined) {
    throw new Error(`Debian's package ${KERNEL} is unknown on this machine; run \`apt-get update\` as root`);
  }
  return name;
}
