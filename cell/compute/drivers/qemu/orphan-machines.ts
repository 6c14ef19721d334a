import { readdir, readFile, readlink } from 'node:fs/promises';
import type { StateFolders } from './guest-folder.ts';

const ID = /^guest=([0-9a-f-]{36})$/;

/**
 * The guests of machines that run in a guest folder of this agent: by the processes of the host, so also of one whose folder was
 * removed while it ran. Processes of other users are not seen, unless the agent is root.
 */
export async function runningMachines({ guests }: Pick<StateFolders, 'guests'>): Promise<ReadonlySet<string>> {
  const running = new Set<string>();
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const folder = await unlessGone(readlink(`/proc/${pid}/cwd`));
    if (!folder.startsWith(`${guests}/`)) continue;
    for (const word of (await unlessGone(readFile(`/proc/${pid}/cmdline`, 'utf8'))).split('\0')) {
      const guestId = ID.exec(word)?.[1];
      if (guestId !== undefined) running.add(guestId);
    }
  }
  return running;
}

/** Empty for a process that ended meanwhile, or may not be looked at. */
async function unlessGone(read: Promise<string>): Promise<string> {
  try {
    return await read;
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
