import { ApiError } from '../../../deploy/client/api-client.ts';
import { actOn } from '../../support/server-calls.ts';
import { isAlive, isBootedAnew, isHalted, isOff, isSuspended, KEPT, metadataOf } from './effects.ts';
import type { GuestCommand } from './guest-command.ts';

/** Options of a server. */
export const SMALL = '--flavor m1.nano --image volvox-guest';
const SEEN = ['config drive ', '"role":"web"', 'pair-key', 'user-data: the first script, by web-1'];

/** What the file `letter.txt` says. */
export const LETTER = 'Hello,\nthis is a file.\n';

/** What commands read. */
export const FILES = {
  'first.sh': '#!/bin/sh\necho "the first script, by $(hostname)"\n',
  'letter.txt': LETTER,
  'second.sh': '#!/bin/sh\necho "the second script"\n',
};

/** Makes the server `one`, on which the other tables go on, and switches it off and on. */
export const POWER: readonly GuestCommand[] = [
  {
    openstack: `server create ${SMALL} --network private --key-name pair --property role=web --user-data {file:first.sh} --config-drive True --hostname web-1 --availability-zone nova --tag blue one`,
    nova: `boot ${SMALL} --nic net-name=private --key-name pair --meta role=web --user-data {file:first.sh} --config-drive True --hostname web-1 --availability-zone nova --tags blue one`,
    seenIn: ['guest'],
    effect: async (guest) => {
      const said = await guest.console();
      return SEEN.every((text) => said.includes(text)) && isBootedAnew(guest, 'blank');
    },
  },
  {
    openstack: 'server show -f value -c OS-EXT-SRV-ATTR:host {server:one}',
    nova: 'show {server:one}',
    as: 'admin',
    seenIn: ['host'],
    effect: async (guest, said) => said.includes(await guest.hostOf()),
  },
  {
    openstack: 'server set --property colour=blue one',
    nova: 'meta one set colour=blue',
    seenIn: ['guest'],
    effect: async (guest) => (await metadataOf(guest)).includes('"colour":"blue"'),
  },
  {
    openstack: 'server unset --property colour one',
    nova: 'meta one delete colour',
    seenIn: ['guest'],
    effect: async (guest) => !(await metadataOf(guest)).includes('colour'),
  },
  { openstack: 'server pause one', nova: 'pause one', seenIn: ['guest'], effect: isHalted },
  { openstack: 'server unpause one', nova: 'unpause one', seenIn: ['guest'], effect: isAlive },
  { openstack: 'server suspend one', nova: 'suspend one', seenIn: ['host'], effect: isSuspended },
  { openstack: 'server resume one', nova: 'resume one', seenIn: ['guest'], effect: isAlive },
  {
    openstack: 'server lock one',
    nova: 'lock one',
    seenIn: ['guest', 'API'],
    effect: async (guest, _said, { user }) => {
      if (!(await guest.server()).locked) return false;
      const refused = await actOn(user, await guest.id(), { 'os-stop': null }).catch((error: unknown) => error);
      return refused instanceof ApiError && refused.status === 409 && isAlive(guest);
    },
  },
  {
    openstack: 'server unlock one',
    nova: 'unlock one',
    seenIn: ['guest', 'API'],
    effect: async (guest, _said, { user }) => {
      const { locked, status } = await guest.server();
      if (locked) return false;
      if (status === 'ACTIVE') await actOn(user, await guest.id(), { pause: null });
      return isHalted(guest);
    },
  },
  { openstack: 'server unpause one', nova: 'unpause one', seenIn: ['guest'], effect: isAlive },
  { openstack: 'server stop one', nova: 'stop one', seenIn: ['host'], effect: isOff },
  { openstack: 'server start one', nova: 'start one', seenIn: ['guest'], effect: (guest) => isBootedAnew(guest, KEPT) },
  {
    openstack: 'server reboot --soft one',
    nova: 'reboot one',
    seenIn: ['guest'],
    effect: (guest) => isBootedAnew(guest, KEPT),
  },
  {
    openstack: 'server reboot --hard one',
    nova: 'reboot --hard one',
    seenIn: ['guest'],
    effect: (guest) => isBootedAnew(guest, KEPT),
  },
];
