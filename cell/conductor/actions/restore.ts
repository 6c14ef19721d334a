import { Type } from 'typebox';
import { NO_PARTS } from '#platform/objects/guest-parts.ts';
import { actionRule } from '#platform/states/action-rule.ts';
import { partsOf, setDesired } from '../../database/stores/guests.ts';
import { type BootParams, bootOperation } from '../operations/boot.ts';
import { currentGuest } from './current-guest.ts';
import { serverAction } from './server-action.ts';

const RULE = actionRule(['soft-delete'], 'restoring');

/** Starts a soft-deleted server again, from its own disk. As in Nova it is active afterwards, whatever it was before its delete. */
export const restore = serverAction({
  kind: 'restore',
  since: '0.1.0',
  params: Type.Object({}),
  rule: () => RULE,
  operation: bootOperation('restore', 'active'),
  log: { events: { settle: 'compute_restore_instance' } },
  begin: async (tx, beginning) => {
    const guest = currentGuest(beginning, 'restore');
    const partsBefore = partsOf(guest);
    await setDesired(tx, guest.id, { power: 'running', parts: { ...partsBefore, boot: NO_PARTS.boot } }, beginning.now);
    const params: BootParams = { guestId: guest.id, before: 'stopped', partsBefore };
    return { params, wake: [guest], hosts: [] };
  },
});
