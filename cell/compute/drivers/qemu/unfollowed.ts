import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

/**
 * How the agent, which is root, opens names in folders that the user of a guest may write, or could write in an earlier release. It follows
 * no link at the end of a path, opens no device and no pipe, and looks at what it has opened, not at the name (open(2), symlink(7)).
 */

/** Linux, on x86-64 and arm64; Node has no name for it. A descriptor of the name itself, which opens nothing. */
const O_PATH = 0o10000000;
const { O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY, O_RDONLY } = constants;

/** The errors of open(2) for what is no file: a link at the end of the path, a socket, a name below something that is no folder. */
const NO_FILE = ['ELOOP', 'ENXIO', 'ENOTDIR'];

/**
 * A regular file with no second name. Does not wait for the other end of a pipe.
 * @throws VolvoxError forbidden when it is something else; the system's error when it does not exist.
 */
export async function openFile(path: string, flags: number = O_RDONLY, mode = 0o600): Promise<FileHandle> {
  const file = await open(path, flags | O_NOFOLLOW | O_NONBLOCK, mode).catch(refuse(path, 'a file'));
  return await checked(file, async () => {
    const stat = await file.stat();
    if (!stat.isFile()) throw refusal(path, 'no regular file');
    if (stat.nlink > 1) throw refusal(path, `a file with ${stat.nlink} names`);
  });
}

/** @throws VolvoxError forbidden when it is no folder; the system's error when it does not exist. */
export const openFolder = (path: string): Promise<FileHandle> =>
  open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch(refuse(path, 'a folder'));

/**
 * The name of a socket that this user made. Connect to `/proc/self/fd/<fd>` while it is open: that is this socket and no other, whatever
 * the name is given to meanwhile, and the path of a socket may have 107 characters only.
 * @throws VolvoxError forbidden when it is something else, or another user's; the system's error when it does not exist.
 */
export async function openSocket(path: string, uid: number): Promise<FileHandle> {
  const folder = await openFolder(dirname(path));
  try {
    const socket = await open(`/proc/self/fd/${folder.fd}/${basename(path)}`, O_PATH | O_NOFOLLOW);
    return await checked(socket, async () => {
      const stat = await socket.stat();
      if (stat.isSymbolicLink()) throw refusal(path, 'a symbolic link, which the agent does not follow');
      if (!stat.isSocket()) throw refusal(path, 'no socket');
      if (stat.uid !== uid) throw refusal(path, `a socket of user ${stat.uid}, not of user ${uid}`);
    });
  } finally {
    await folder.close();
  }
}

/** Closes the descriptor unless `check` resolves. */
async function checked(file: FileHandle, check: () => Promise<void>): Promise<FileHandle> {
  try {
    await check();
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

const refusal = (path: string, what: string, cause?: unknown): VolvoxError =>
  new VolvoxError('forbidden', `The agent refuses ${path}: it is ${what}.`, { cause });

const refuse =
  (path: string, expected: string) =>
  (cause: NodeJS.ErrnoException): never => {
    throw NO_FILE.includes(cause.code ?? '') ? refusal(path, `not ${expected}, or a link`, cause) : cause;
  };
