import { hostsWith, isAlive, isBootedAnew } from './effects.ts';
import type { GuestCommand } from './guest-command.ts';
import type { ObservedGuest } from './observed-guest.ts';

/** It runs on, on the host to which it was to go. */
const isThere = async (guest: ObservedGuest): Promise<boolean> => (await guest.hasMoved()) && isAlive(guest);

/** The server `one` goes from host to host. */
export const PLACES: readonly GuestCommand[] = [
  {
    openstack: 'server migrate {server:one}',
    nova: 'migrate {server:one}',
    as: 'admin',
    before: (guest) => guest.noteHost(),
    seenIn: ['guest', 'host'],
    effect: async (guest) => (await guest.hasMoved()) && isBootedAnew(guest),
  },
  {
    openstack: 'server migration confirm one',
    nova: 'resize-confirm one',
    seenIn: ['host'],
    effect: async (guest) => (await hostsWith(guest)).length === 1,
  },
  {
    openstack: 'server migrate --live-migration --host {other-host:one} {server:one}',
    nova: 'live-migration {server:one} {other-host:one}',
    as: 'admin',
    before: (guest) => guest.noteHost(),
    seenIn: ['guest', 'host'],
    effect: isThere,
  },
];
