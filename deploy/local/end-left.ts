import { endProcesses } from './end-processes.ts';
import { HOME_VARIABLE } from './environment.ts';
import type { Home } from './home.ts';
import { hostsByMark, markOf, removeHostsOf } from './left-hosts.ts';
import { lives, processesWithEnvironment } from './process-identity.ts';
import type { RegionState } from './region-state.ts';

/** As long as a supervisor gives its processes. */
const GRACE_MS = 20_000;

/** Whether anything of a region stands that nobody looks after, apart from its folder. */
export async function hasLeft(home: Home): Promise<boolean> {
  return leftProcesses(home).length > 0 || (await hostsByMark()).has(markOf(home.root));
}

/**
 * Ends what a region left that was killed, or whose folder is gone: its processes, guests among them, and its hosts. Its data stay. The
 * compute agents that still run shut their guests down first, as when a region stops.
 */
export async function endLeft(home: Home, state: RegionState | null): Promise<void> {
  const known = (state?.processes ?? []).filter(lives);
  const compute = known.filter(({ name }) => name.endsWith('-compute'));
  if (compute.length > 0) await endProcesses(compute, GRACE_MS, 'SIGUSR2');
  await endProcesses(known, GRACE_MS);
  await endProcesses(leftProcesses(home), GRACE_MS);
  await removeHostsOf(home);
}

const leftProcesses = (home: Home) =>
  processesWithEnvironment(HOME_VARIABLE, home.root).filter(({ pid }) => pid !== process.pid);
