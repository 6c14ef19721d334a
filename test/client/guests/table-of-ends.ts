import { isBootedAnew, isNowhere, isOff } from './effects.ts';
import type { GuestCommand } from './guest-command.ts';
import { LETTER, SMALL } from './table-of-power.ts';

/** The server `one` is deleted and restored, and deleted for good; the server `two` is made with a file and deleted. */
export const ENDS: readonly GuestCommand[] = [
  {
    openstack: 'server delete one',
    nova: 'delete one',
    seenIn: ['host', 'API'],
    effect: async (guest) => (await guest.server()).status === 'SOFT_DELETED' && isOff(guest),
  },
  {
    openstack: 'server restore {server:one}',
    nova: 'restore {server:one}',
    as: 'admin',
    seenIn: ['guest'],
    effect: (guest) => isBootedAnew(guest),
  },
  { openstack: 'server delete --force one', nova: 'force-delete one', seenIn: ['host'], effect: isNowhere },
  {
    openstack: `server create ${SMALL} --network private --config-drive True --file /etc/letter={file:letter.txt} two`,
    nova: `boot ${SMALL} --nic net-name=private --config-drive True --file /etc/letter={file:letter.txt} two`,
    // The last one with files.
    version: '2.56',
    on: 'two',
    seenIn: ['guest'],
    effect: async (guest) =>
      (await guest.ask('cat /config/openstack/content/0000')) === LETTER && isBootedAnew(guest, 'blank'),
  },
];
