import { setTimeout as delay } from 'node:timers/promises';
import type { ManagedProcess } from '../../deploy/local/managed-process.ts';
import type { LocalRegion } from '../../deploy/local/region.ts';
import { waitUntil } from './wait-until.ts';

const BACK_AFTER_MS = 60_000;

/** kill -9 of these processes, at once; the region starts each again by itself. Returns at once; `backAgain` waits. */
export function killNow(region: LocalRegion, names: readonly string[]): { backAgain(): Promise<void> } {
  const killed = names
    .map((name) => region.processes.get(name))
    .map((one) => ({ one, pid: one.identity?.pid ?? null }));
  for (const { pid } of killed) if (pid !== null) process.kill(pid, 'SIGKILL');
  return {
    backAgain: async () => {
      await Promise.all(killed.map(({ one, pid }) => untilBack(one, pid)));
    },
  };
}

/** kill -9 of these processes. Returns when all of them do their work again. */
export const killHard = (region: LocalRegion, names: readonly string[]): Promise<void> =>
  killNow(region, names).backAgain();

async function untilBack(one: ManagedProcess, killed: number | null): Promise<void> {
  await waitUntil(
    `${one.spec.name} to be started again`,
    () => one.identity !== null && one.identity.pid !== killed,
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
