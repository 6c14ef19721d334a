import { HOME_VARIABLE } from './earlier-run.ts';
import type { Home } from './home.ts';
import type { ManagedProcess } from './managed-process.ts';
import { commandLine, lives, processesWithEnvironment } from './process-identity.ts';
import type { Progress } from './progress.ts';
import { until } from './until.ts';

/** How long all guests together may take to shut down by themselves, ms. */
const GRACE_MS = 45_000;

/**
 * Has the compute agents shut their guests down as a host does that is switched off (SIGUSR2), so that the next start brings
 * them up again. What has not gone in time is ended by the sweep.
 */
export async function guestsDown(home: Home, agents: readonly ManagedProcess[], progress: Progress): Promise<void> {
  const guests = guestProcesses(home);
  if (guests.length === 0) return;
  for (const agent of agents) agent.signal('SIGUSR2');
  const gone = async (): Promise<boolean> => !guests.some(lives);
  await progress
    .step(`${guests.length} guests shut down`, () => until('guests to shut down', gone, { timeoutMs: GRACE_MS }))
    .catch((error: Error) => progress.say(error.message));
}

const guestProcesses = (home: Home) =>
  processesWithEnvironment(HOME_VARIABLE, home.root).filter(({ pid }) =>
    /qemu-system/.test(commandLine(pid).split(' ')[0] ?? ''),
  );
