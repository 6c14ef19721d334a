import { setTimeout as delay } from 'node:timers/promises';
import type { ManagedProcess } from '../../deploy/local/managed-process.ts';
import type { LocalRegion } from '../../deploy/local/region.ts';
import { waitUntil } from './wait-until.ts';

const BACK_AFTER_MS = 60_000;

/** kill -9 of these processes, at once; the region starts each again by itself. Returns when all of them do their work again. */
export async function killHard(region: LocalRegion, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => region.processes.get(name)).map(killAndWait));
}

async function killAndWait(one: ManagedProcess): Promise<void> {
  const { identity } = one;
  if (identity !== null) process.kill(identity.pid, 'SIGKILL');
  await waitUntil(
    `${one.spec.name} to be started again`,
    () => one.identity !== null && one.identity.pid !== identity?.pid,
    BACK_AFTER_MS,
  );
  await one.untilReady(BACK_AFTER_MS);
}

/** Ends a process by force, and starts it after `ms`. Returns when it does its work again. */
export async function keepAway(region: LocalRegion, name: string, ms: number): Promise<void> {
  const one = region.processes.get(name);
  await one.stop('SIGKILL');
  try {
    await delay(ms);
  } finally {
    one.start();
    await one.untilReady(BACK_AFTER_MS);
  }
}
