import { lstat } from 'node:fs/promises';
import { writeFileAtomically } from '../../../agent/atomic-file.ts';

/** In these everybody can make files, or the host's services have their sockets. The machine runs in a folder that it has entered before. */
const HIDDEN = ['/tmp', '/var/tmp', '/run'];
const OPTIONS = 'mode=0755,nosuid,noexec';

/**
 * Writes what the process of a guest has of its own in its mount namespace, as fstab(5) has it, so that one program mounts all of it: an
 * empty `/dev`, and nothing in the place of the hidden folders that this host has.
 */
export async function writeMounts(path: string): Promise<void> {
  const lines = [`volvox /dev tmpfs size=64k,${OPTIONS}`];
  for (const folder of HIDDEN) if (await isFolder(folder)) lines.push(`volvox ${folder} tmpfs ro,nodev,${OPTIONS}`);
  await writeFileAtomically(path, `${lines.join('\n')}\n`);
}

const isFolder = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
