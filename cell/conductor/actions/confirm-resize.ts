import { Type } from 'typebox';
import { actionRule } from '#platform/states/action-rule.ts';
import { advanceResize } from '../../database/stores/server-migrations.ts';
import { type ConfirmResizeParams, confirmResize as operation } from '../operations/confirm-resize.ts';
import { resizedGuests } from './resized-guests.ts';
import { serverAction } from './server-action.ts';

const RULE = actionRule(['resized'], 'resize_confirming');

export const confirmResize = serverAction({
  kind: 'confirmResize',
  since: '0.1.0',
  params: Type.Object({}),
  rule: () => RULE,
  operation,
  log: { events: { 'drop-source': 'compute_confirm_resize' } },
  begin: async (tx, beginning) => {
    const { source } = resizedGuests(beginning, 'confirmResize');
    const params: ConfirmResizeParams = { sourceGuestId: source.id };
    await advanceResize(tx, beginning.instance.uuid, ['finished'], 'confirming', beginning.now);
    return { params, wake: [], hosts: [] };
  },
});
