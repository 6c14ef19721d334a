import { HOME_VARIABLE } from './environment.ts';
import type { Home } from './home.ts';
import type { ManagedProcess } from './managed-process.ts';
import { commandLine, processesWithEnvironment } from './process-identity.ts';
import type { Progress } from './progress.ts';

/**
 * Has the compute agents shut their guests down and end, as on a host that is switched off (SIGUSR2), so that the next start
 * brings the guests up again. A guest that does not go in the agents' time is switched off.
 */
export async function guestsDown(home: Home, agents: readonly ManagedProcess[], progress: Progress): Promise<void> {
  const count = guestsRunning(home);
  const down = () => Promise.all(agents.map((agent) => agent.stop('SIGUSR2')));
  if (count === 0) await down();
  else await progress.step(`${count} ${count === 1 ? 'guest' : 'guests'} shut down`, down);
}

const guestsRunning = (home: Home): number =>
  processesWithEnvironment(HOME_VARIABLE, home.root).filter(({ pid }) =>
    (commandLine(pid).split(' ')[0] ?? '').includes('qemu-system'),
  ).length;
