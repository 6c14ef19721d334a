import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, readFile, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import { programEnvironment } from '../../../agent/program-environment.ts';
import { GUEST_FILES, type StateFolders } from './guest-folder.ts';
import { readTail } from './read-tail.ts';
import { openFile } from './unfollowed.ts';

const { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } = constants;
const POLL_MS = 10;
const WORDS_MAX = 1_000;
const LAUNCH_DEADLINE_MS = 15_000;
/** How long the threads of a killed machine may go on holding its disk after its process is seen to be gone, ms. */
const LOCK_LEFT_MS = 3_000;
const LOCKED = 'Failed to get "write" lock';

/** The process of a guest, or null. A process is the guest's when the guest's id is in its command line: pids are used again. */
export async function findProcess(folders: StateFolders, guestId: string): Promise<number | null> {
  const pid = Number((await readOrEmpty(folders.file(guestId, 'pid'))).trim());
  if (!Number.isInteger(pid) || pid <= 1) return null;
  // A zombie has an empty command line.
  const commandLine = await readOrEmpty(`/proc/${pid}/cmdline`);
  if (!commandLine.split('\0').includes(`guest=${guestId}`)) return null;
  // Behind its wall a process that was taken over starts no process, but it can start threads until one has this number, and writes
  // what it likes into its command line.
  return new RegExp(`^Tgid:\t${pid}$`, 'm').test(await readOrEmpty(`/proc/${pid}/status`)) ? pid : null;
}

/** The user id that the process has now; null: it has gone. */
export async function userOf(pid: number): Promise<number | null> {
  return await stat(`/proc/${pid}`).then(
    ({ uid }) => uid,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ESRCH') return null;
      throw error;
    },
  );
}

interface LaunchOptions {
  readonly folders: StateFolders;
  readonly guestId: string;
  readonly program: string;
  readonly args: readonly string[];
  /** What it inherits as descriptors 3 and up. */
  readonly files?: readonly FileHandle[];
  /** Whether it does what it is there for. */
  readonly isReady: () => Promise<boolean>;
}

/**
 * What the program makes (console log, monitor) nobody else can open; in a shell, since the agent's own umask is all its threads'. The pid
 * is noted first, so that no machine ever runs of which nobody knows; the process keeps it.
 */
const PRIVATELY = `umask 077 && echo $$ > ${GUEST_FILES.pid} && exec "$@"`;

/**
 * Starts an independent process (its own session, no pipe to us, none of our options in its environment) and waits until it is ready. It
 * also waits until an earlier machine of the guest has released the disk.
 * @throws VolvoxError unavailable with QEMU's words when it ends or is not ready in time; it is gone then.
 */
export async function launch(options: LaunchOptions): Promise<number> {
  for (const deadline = Date.now() + LOCK_LEFT_MS; ; await delay(POLL_MS)) {
    try {
      return await launchOnce(options);
    } catch (error) {
      if (!messageOf(error).includes(LOCKED) || Date.now() >= deadline) throw error;
    }
  }
}

async function launchOnce({ folders, guestId, program, args, files = [], isReady }: LaunchOptions): Promise<number> {
  // Appended to, so that it can be cut while the machine runs.
  const log = await openFile(folders.file(guestId, 'log'), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
  try {
    const child = spawn('/bin/sh', ['-c', PRIVATELY, 'sh', program, ...args], {
      cwd: folders.guest(guestId),
      detached: true,
      env: programEnvironment(),
      stdio: ['ignore', log.fd, log.fd, ...files.map(({ fd }) => fd)],
    });
    let ended: string | undefined;
    child.once('error', (error) => {
      ended = error.message;
    });
    child.once('exit', (code, signal) => {
      ended ??= `it ended with ${signal ?? code}`;
    });
    child.unref();
    for (const deadline = Date.now() + LAUNCH_DEADLINE_MS; Date.now() < deadline; await delay(POLL_MS)) {
      if (ended !== undefined) break;
      const pid = await findProcess(folders, guestId);
      if (pid !== null && pid === child.pid && (await isReady())) return pid;
    }
    child.kill('SIGKILL');
    const words = (await readTail(folders.file(guestId, 'log'), WORDS_MAX)).toString().trim();
    throw new VolvoxError('unavailable', `QEMU does not start: ${words || (ended ?? 'it is not ready in time')}`);
  } finally {
    await log.close();
  }
}

/** Resolves when the process is gone, or with false after `ms`. */
export async function waitForEnd(folders: StateFolders, guestId: string, ms: number): Promise<boolean> {
  for (const deadline = Date.now() + ms; ; await delay(POLL_MS)) {
    if ((await findProcess(folders, guestId)) === null) return true;
    if (Date.now() >= deadline) return false;
  }
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return '';
    throw error;
  }
}
