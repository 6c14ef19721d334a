import { readFile } from 'node:fs/promises';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { systemClock } from '#platform/time/clock.ts';

/** Processes that outlive the agent are known by their pid file, and believed only if their command line names the same thing. */

const STOP_DEADLINE_MS = 3_000;
const POLL_MS = 10;

/** The process of this pid file, with its command line; null when there is none, or the pid has become somebody else's. */
export async function processOf(pidFile: string, mark: string): Promise<{ pid: number; commandLine: string } | null> {
  const pid = Number((await readOrNull(pidFile))?.trim());
  if (!Number.isInteger(pid) || pid <= 0) return null;
  const commandLine = (await readOrNull(`/proc/${pid}/cmdline`))?.replaceAll('\0', ' ') ?? '';
  return commandLine.includes(mark) ? { pid, commandLine } : null;
}

/** Ends it, gently at first, and returns when it is gone. */
export async function endProcess(pidFile: string, mark: string): Promise<void> {
  const running = await processOf(pidFile, mark);
  if (running === null) return;
  signal(running.pid, 'SIGTERM');
  const gone = async () => (await processOf(pidFile, mark))?.pid !== running.pid;
  if (await until(gone, STOP_DEADLINE_MS)) return;
  signal(running.pid, 'SIGKILL');
  if (!(await until(gone, STOP_DEADLINE_MS))) throw new VolvoxError('internal', `process ${running.pid} does not end`);
}

/** False when it had already ended. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Looks again and again until it is so. False when it was not so in time. */
export async function until(condition: () => Promise<boolean>, deadlineMs: number): Promise<boolean> {
  for (const end = performance.now() + deadlineMs; performance.now() < end; ) {
    if (await condition()) return true;
    await systemClock.sleep(POLL_MS);
  }
  return await condition();
}

/** The content of a file, null when there is none (any more). */
export async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ESRCH') return null;
    throw error;
  }
}
