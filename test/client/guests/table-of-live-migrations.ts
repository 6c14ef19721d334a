import { hostsWith, isAlive } from './effects.ts';
import type { GuestCommand } from './guest-command.ts';
import type { ObservedGuest } from './observed-guest.ts';

const ABOUT_IT = { as: 'admin', on: 'changing' } as const;
const IN_PROGRESS = { ...ABOUT_IT, whileBusy: true } as const;

/** A second machine of it takes its memory. */
const isSent = async (guest: ObservedGuest): Promise<boolean> =>
  (await guest.machines()).length === 2 && ((await guest.migration()).memory_processed_bytes ?? 0) > 0;

/** It runs on, and only one host has it. */
const isAliveOnOneHost = async (guest: ObservedGuest): Promise<boolean> =>
  (await hostsWith(guest)).length === 1 && isAlive(guest);

const begins: GuestCommand = {
  openstack: 'server migrate --live-migration --host {other-host:changing} {server:changing}',
  nova: 'live-migration {server:changing} {other-host:changing}',
  ...ABOUT_IT,
  before: (guest) => guest.noteHost(),
  seenIn: ['host', 'API'],
  effect: isSent,
};

/** The server `changing` changes its memory faster than it is sent. */
export const LIVE_MIGRATIONS: readonly GuestCommand[] = [
  begins,
  {
    openstack: 'server migration list --server {server:changing}',
    nova: 'server-migration-list {server:changing}',
    ...IN_PROGRESS,
    seenIn: ['API'],
    effect: async (guest, said) => {
      const { source_compute, dest_compute } = await guest.migration();
      return source_compute === guest.noted && includesAll(said, [source_compute, dest_compute, 'running']);
    },
  },
  {
    openstack: 'server migration show {server:changing} {migration:changing}',
    nova: 'server-migration-show {server:changing} {migration:changing}',
    ...IN_PROGRESS,
    seenIn: ['API'],
    effect: async (guest, said) => {
      const { uuid, source_compute, memory_total_bytes } = await guest.migration();
      const told = [uuid ?? null, source_compute, String(memory_total_bytes)];
      return includesAll(said, told) && /memory[ _]processed[ _]bytes +\| [1-9]/i.test(said);
    },
  },
  {
    openstack: 'server migration abort {server:changing} {migration:changing}',
    nova: 'live-migration-abort {server:changing} {migration:changing}',
    ...IN_PROGRESS,
    seenIn: ['guest', 'host'],
    effect: async (guest) => (await isAliveOnOneHost(guest)) && !(await guest.hasMoved()),
  },
  begins,
  {
    openstack: 'server migration force complete {server:changing} {migration:changing}',
    nova: 'live-migration-force-complete {server:changing} {migration:changing}',
    ...IN_PROGRESS,
    seenIn: ['guest', 'host'],
    effect: async (guest) => (await isAliveOnOneHost(guest)) && (await guest.hasMoved()),
  },
];

const includesAll = (said: string, texts: readonly (string | null)[]): boolean =>
  texts.every((text) => text !== null && said.includes(text));
