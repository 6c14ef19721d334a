import { endLeft, hasLeft } from './end-left.ts';
import type { Home } from './home.ts';
import { lives } from './process-identity.ts';
import { isSupervised, readState } from './region-state.ts';
import { until } from './until.ts';

const STOP_TIMEOUT_MS = 180_000;

/**
 * Tells the supervisor of the region to stop it, and waits until it did. Without a supervisor, ends what a killed region left. Nothing that
 * runs is no error.
 */
export async function stopRegion(home: Home, print: (text: string) => void): Promise<number> {
  const state = readState(home);
  if (!isSupervised(state)) {
    if (!(await hasLeft(home))) {
      print(`no region runs in ${home.root}\n`);
      return 0;
    }
    print(`the region in ${home.root} was killed; ending what it left\n`);
    await endLeft(home, state);
    print('ended\n');
    return 0;
  }
  const { supervisor } = state;
  print(`stopping the region in ${home.root} (pid ${supervisor.pid})\n`);
  process.kill(supervisor.pid, 'SIGTERM');
  await until('the region to stop', async () => !lives(supervisor), { timeoutMs: STOP_TIMEOUT_MS });
  print('stopped\n');
  return 0;
}

/** @returns 0 when the region runs, 3 when it does not (as `service status` does). */
export function showStatus(home: Home, json: boolean, print: (text: string) => void): number {
  const state = readState(home);
  const runs = isSupervised(state);
  if (json) print(`${JSON.stringify(runs ? state : { phase: 'stopped' }, null, 2)}\n`);
  else if (!runs) print(`no region runs in ${home.root}\n`);
  else {
    print(`${state.phase} since ${state.startedAt}, API ${state.urls.api}, pid ${state.supervisor.pid}\n`);
    for (const one of state.processes) {
      const restarts = one.restarts === 0 ? '' : `, ${one.restarts} restarts`;
      print(`  ${one.name.padEnd(22)} pid ${one.pid}${lives(one) ? '' : ' (ended)'}${restarts}\n`);
    }
  }
  return runs ? 0 : 3;
}
