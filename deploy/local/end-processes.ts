import { lives, type ProcessIdentity } from './process-identity.ts';
import { until } from './until.ts';

/** Asks the processes to end (by `first`), waits, and kills those that have not after `graceMs`. Processes that ended already are no error. */
export async function endProcesses(
  processes: readonly ProcessIdentity[],
  graceMs: number,
  first: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  const signal = (which: NodeJS.Signals): void => {
    for (const one of processes.filter(lives)) send(one.pid, which);
  };
  const gone = async (): Promise<boolean> => !processes.some(lives);
  signal(first);
  try {
    await until('processes to end', gone, { timeoutMs: graceMs });
  } catch {
    signal('SIGKILL');
    await until('killed processes to end', gone, { timeoutMs: 5_000 });
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
