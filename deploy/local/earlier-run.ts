import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcesses } from './end-processes.ts';
import { HOME_VARIABLE } from './environment.ts';
import { type Home, stopCommand } from './home.ts';
import { removeHostsOf } from './left-hosts.ts';
import { commandLine, lives, processesWithEnvironment } from './process-identity.ts';
import type { Progress } from './progress.ts';
import { isSupervised, readState } from './region-state.ts';

/** Null when nobody looks after this region; otherwise the sentence why it cannot be started now. */
export function whyNotStartable(home: Home): string | null {
  const state = readState(home);
  if (!isSupervised(state)) return null;
  return `a region already runs in ${home.root} (pid ${state.supervisor.pid}); \`${stopCommand(home)}\` stops it`;
}

/**
 * Ends what a killed supervisor left running, except guests: those outlive their agents, and the agents of this start find them.
 * @throws when a living supervisor looks after this region.
 */
export async function endEarlierRun(home: Home, progress: Progress): Promise<void> {
  const reason = whyNotStartable(home);
  if (reason !== null) throw new Error(reason);
  const left = (readState(home)?.processes ?? []).filter(lives);
  if (left.length === 0) return;
  progress.say(`an earlier run was killed; ending its processes: ${left.map((one) => one.name).join(', ')}`);
  await endProcesses(left, 15_000);
}

/** Ends everything that belongs to the region and still runs: guests, DHCP and metadata servers. */
export async function sweep(home: Home, progress: Progress): Promise<void> {
  const left = processesWithEnvironment(HOME_VARIABLE, home.root).filter((one) => one.pid !== process.pid);
  if (left.length === 0) return;
  const names = left.map((one) => `${commandLine(one.pid).split(' ')[0]?.split('/').at(-1)} (${one.pid})`);
  progress.say(`ending ${names.join(', ')}`);
  await endProcesses(left, 5_000);
}

/** Forgets the region, but keeps the cache. */
export async function forget(home: Home, progress: Progress): Promise<void> {
  await sweep(home, progress);
  await removeHostsOf(home);
  for (const name of [
    'data',
    'authority',
    'tls',
    'config',
    'logs',
    'settings.json',
    'region.json',
    'clouds.yaml',
    'openrc',
    'openrc-demo',
  ]) {
    await rm(join(home.root, name), { recursive: true, force: true });
  }
}
