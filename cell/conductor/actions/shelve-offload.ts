import { Type } from 'typebox';
import { SHELVE_OFFLOAD_RULE } from '#platform/states/shelve-rules.ts';
import { markAbsent } from '../../database/stores/guests.ts';
import { OFFLOADED } from '../operations/offloaded.ts';
import { currentGuest } from './current-guest.ts';
import { serverAction } from './server-action.ts';

/** Takes a shelved server off its host: its guest is removed there, and its capacity and its ports are free when that is done. */
export const shelveOffload = serverAction({
  kind: 'shelveOffload',
  since: '0.1.0',
  params: Type.Object({}),
  rule: () => SHELVE_OFFLOAD_RULE,
  operation: null,
  log: {},
  writes: () => OFFLOADED,
  begin: async (tx, beginning) => {
    const guest = currentGuest(beginning, 'shelveOffload');
    await markAbsent(tx, beginning.instance.uuid, beginning.now, guest.id);
    return { params: {}, wake: [guest], hosts: [] };
  },
});
