import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isAwake } from './machines.ts';
import { hostOfFolder, type ObservedGuest } from './observed-guest.ts';

const METADATA = 'http://169.254.169.254/openstack/latest/meta_data.json';
/** A guest that is looked at has a mark in its memory, which a boot removes, and one on its disk. */
const MARK = 'echo here > /run/mark; echo kept-on-disk > /data/mark; sync';
const PROBE = 'if [ -e /run/mark ]; then echo old; else cat /data/mark 2>/dev/null || echo blank; fi';
/** What the mark on the disk says. */
export const KEPT = 'kept-on-disk';

/**
 * It has come up since it was last looked at, with the disk that it had or with another one. The probe changes nothing: one that reaches a guest that
 * still boots runs later, unheard.
 */
export async function isBootedAnew(guest: ObservedGuest, disk: typeof KEPT | 'blank' = KEPT): Promise<boolean> {
  if (!(await guest.isUp()) || (await guest.ask(PROBE)) !== `${disk}\n`) return false;
  await guest.ask(MARK);
  return true;
}

/** It runs on in the boot in which it was marked. */
export const isAlive = async (guest: ObservedGuest): Promise<boolean> =>
  (await isAwake(await guest.machine())) && (await guest.ask('cat /run/mark')) === 'here\n';

/** The machine is there, but the guest says nothing. */
export const isHalted = async (guest: ObservedGuest): Promise<boolean> => !(await isAwake(await guest.machine()));

/** No machine of it runs; its disk is on its host. */
export const isOff = async (guest: ObservedGuest): Promise<boolean> => {
  const [folder = ''] = await guest.folders();
  return (await guest.machines()).length === 0 && existsSync(join(folder, 'disk.qcow2'));
};

/** No machine of it runs; its memory is on its host. */
export const isSuspended = async (guest: ObservedGuest): Promise<boolean> => {
  const [folder = ''] = await guest.folders();
  return (await isOff(guest)) && existsSync(join(folder, 'memory.state'));
};

/** No machine of it runs, and no file of it is on a host. */
export const isNowhere = async (guest: ObservedGuest): Promise<boolean> =>
  (await guest.machines()).length === 0 && (await guest.folders()).length === 0;

/** What the guest reads of its metadata now. */
export const metadataOf = (guest: ObservedGuest): Promise<string> => guest.ask(`wget -q -O - ${METADATA}`);

/** The hosts that have a folder of it. */
export const hostsWith = async (guest: ObservedGuest): Promise<readonly string[]> =>
  (await guest.folders()).map(hostOfFolder);

/** Its memory as the guest sees it, MiB: a part is the kernel's own. */
export const memoryOf = async (guest: ObservedGuest): Promise<number> =>
  Math.round(Number(/MemTotal: +(\d+)/.exec(await guest.ask('cat /proc/meminfo'))?.[1]) / 1024);

/** The addresses (MAC) of the cards that the guest sees. */
export const cardsOf = async (guest: ObservedGuest): Promise<readonly string[]> =>
  (await guest.ask('cat /sys/class/net/eth*/address 2>/dev/null')).split('\n').filter((line) => line !== '');
