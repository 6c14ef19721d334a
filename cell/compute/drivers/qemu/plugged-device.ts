import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { Machines } from './machines.ts';
import { queryDevices } from './monitor-answers.ts';

/** How long a guest may take to give a device up, how often it is asked, and how often the agent looks, ms. */
const GIVE_UP_MS = 20_000;
const ASK_AGAIN_MS = 5_000;
const POLL_MS = 100;

export type PluggingMachines = Pick<Machines, 'execute' | 'ask'>;

/** Whether the machine has a device with this id. */
export async function isPlugged(machines: PluggingMachines, guestId: string, id: string): Promise<boolean> {
  return (await machines.ask(guestId, queryDevices)).some(({ name }) => name === id);
}

/**
 * Asks the guest to give a device up, and waits until it has: its system has to agree, and runs to do so.
 * @param what as an error names it, `network card`.
 * @throws VolvoxError unavailable when the guest keeps it.
 */
export async function unplug(
  { machines, clock }: { readonly machines: PluggingMachines; readonly clock: Clock },
  { guestId, id, what }: { readonly guestId: string; readonly id: string; readonly what: string },
  signal: AbortSignal,
): Promise<void> {
  const end = clock.now() + GIVE_UP_MS;
  for (let askAt = 0; await isPlugged(machines, guestId, id); await clock.sleep(POLL_MS, signal)) {
    const now = clock.now();
    if (now >= end) throw new VolvoxError('unavailable', `The guest does not give the ${what} up.`);
    if (now < askAt) continue;
    askAt = now + ASK_AGAIN_MS;
    // While an earlier request is in progress, QEMU refuses another one.
    await machines.execute(guestId, 'device_del', { id }).catch(unlessRefused);
  }
}

/** For what an earlier attempt has made. */
export function unlessThere(error: unknown): void {
  if (!isVolvoxError(error, 'conflict') || !/duplicate/i.test(error.message)) throw error;
}
export function unlessRefused(error: unknown): void {
  if (!isVolvoxError(error, 'conflict')) throw error;
}
