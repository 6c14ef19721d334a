import { Type } from 'typebox';
import { actionRule } from '#platform/states/action-rule.ts';
import { advanceResize } from '../../database/stores/server-migrations.ts';
import { revertResize as operation, type RevertResizeParams } from '../operations/revert-resize.ts';
import { resizedGuests } from './resized-guests.ts';
import { serverAction } from './server-action.ts';

const RULE = actionRule(['resized'], 'resize_reverting');

export const revertResize = serverAction({
  kind: 'revertResize',
  since: '0.1.0',
  params: Type.Object({}),
  rule: () => RULE,
  operation,
  log: { events: { 'drop-target': 'compute_revert_resize', 'start-source': 'compute_finish_revert_resize' } },
  begin: async (tx, beginning) => {
    const { current, source } = resizedGuests(beginning, 'revertResize');
    const before = beginning.instance.oldVmState === 'stopped' ? 'stopped' : 'active';
    const params: RevertResizeParams = { sourceGuestId: source.id, targetGuestId: current.id, before };
    await advanceResize(tx, beginning.instance.uuid, ['finished'], 'reverting', beginning.now);
    return { params, wake: [], hosts: [] };
  },
});
