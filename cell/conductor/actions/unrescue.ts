import { Type } from 'typebox';
import { NO_PARTS } from '#platform/objects/guest-parts.ts';
import { actionRule } from '#platform/states/action-rule.ts';
import { partsOf, setDesired } from '../../database/stores/guests.ts';
import { type BootParams, bootOperation } from '../operations/boot.ts';
import { currentGuest } from './current-guest.ts';
import { serverAction } from './server-action.ts';

const RULE = actionRule(['rescued'], 'unrescuing');

/** Starts the server from its own disk again. */
export const unrescue = serverAction({
  kind: 'unrescue',
  since: '0.1.0',
  params: Type.Object({}),
  rule: () => RULE,
  operation: bootOperation('unrescue', 'active'),
  log: { events: { settle: 'compute_unrescue_instance' } },
  begin: async (tx, beginning) => {
    const guest = currentGuest(beginning, 'unrescue');
    const partsBefore = partsOf(guest);
    await setDesired(tx, guest.id, { power: 'running', parts: { ...partsBefore, boot: NO_PARTS.boot } }, beginning.now);
    const params: BootParams = { guestId: guest.id, before: guest.power, partsBefore };
    return { params, wake: [guest], hosts: [] };
  },
});
