import { actOn } from '../../support/server-calls.ts';
import { hostsWith, isAlive, isBootedAnew } from './effects.ts';
import type { GuestCommand } from './guest-command.ts';
import type { ObservedGuest } from './observed-guest.ts';

/** Memory is written faster than it is sent, until the file is gone. */
const NOISE =
  'touch /run/noise; (while [ -e /run/noise ]; do dd if=/dev/urandom of=/run/block bs=1M count=24 2>/dev/null; done &)';
const makeNoise = async (guest: ObservedGuest): Promise<void> => void (await guest.ask(NOISE));
const QUIET = 'rm -f /run/noise /run/block';

/** It runs on, on the host to which it was to go. */
const isThere = async (guest: ObservedGuest): Promise<boolean> => (await guest.hasMoved()) && isAlive(guest);

/** The server `one` goes from host to host. */
export const PLACES: readonly GuestCommand[] = [
  {
    openstack: 'server migrate {server:one}',
    nova: 'migrate {server:one}',
    as: 'admin',
    before: (guest) => guest.noteHost(),
    effect: async (guest) => (await guest.hasMoved()) && isBootedAnew(guest),
  },
  {
    openstack: 'server migration confirm one',
    nova: 'resize-confirm one',
    effect: async (guest) => (await hostsWith(guest)).length === 1,
  },
  {
    openstack: 'server migrate --live-migration --host {other-host:one} {server:one}',
    nova: 'live-migration {server:one} {other-host:one}',
    as: 'admin',
    before: (guest) => guest.noteHost(),
    effect: isThere,
  },
  {
    openstack: 'server migrate --live-migration {server:one}',
    nova: 'live-migration {server:one}',
    as: 'admin',
    before: async (guest) => {
      await guest.noteHost();
      await makeNoise(guest);
    },
    effect: async (guest) => (await guest.machines()).length === 2,
  },
  {
    openstack: 'server migration list --server {server:one}',
    nova: 'server-migration-list {server:one}',
    as: 'admin',
    effect: async (guest, said) => said.includes('running') && (await guest.machines()).length === 2,
  },
  {
    openstack: 'server migration show {server:one} {migration:one}',
    nova: 'server-migration-show {server:one} {migration:one}',
    as: 'admin',
    effect: async (guest, said) => {
      const hosts = await hostsWith(guest);
      return hosts.length === 2 && hosts.every((host) => said.includes(host));
    },
  },
  {
    openstack: 'server migration abort {server:one} {migration:one}',
    nova: 'live-migration-abort {server:one} {migration:one}',
    as: 'admin',
    effect: async (guest) => !(await guest.hasMoved()) && isAlive(guest),
  },
  {
    openstack: 'server migration force complete {server:one} {migration:one}',
    nova: 'live-migration-force-complete {server:one} {migration:one}',
    as: 'admin',
    before: async (guest, { region }) => {
      await actOn(region.admin, await guest.id(), { 'os-migrateLive': { host: null, block_migration: 'auto' } });
      await guest.untilMachines(2);
    },
    effect: isThere,
  },
  {
    openstack: 'server evacuate {server:one}',
    nova: 'host-evacuate {host:one}',
    as: 'admin',
    before: async (guest, { switchOff }) => {
      await guest.ask(QUIET);
      await guest.noteHost();
      await switchOff(guest);
    },
    effect: async (guest) => (await guest.hasMoved()) && isBootedAnew(guest),
  },
];
