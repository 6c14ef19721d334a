import { Type } from 'typebox';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { reallyDelete } from './delete.ts';
import { serverAction } from './server-action.ts';

/** Deletes a server for good, in any state, even where a delete leaves it to be restored. */
export const forceDelete = serverAction({
  kind: 'forceDelete',
  since: '0.1.0',
  /** `onlySoftDeleted`: not if it was restored, or is being restored, in between. */
  params: Type.Object({ onlySoftDeleted: Type.Optional(Type.Boolean()) }),
  rule: reallyDelete.rule,
  operation: null,
  log: { action: 'delete' },
  instead: ({ onlySoftDeleted = false }, { uuid, vmState, operationId }) => {
    if (onlySoftDeleted && (vmState !== 'soft-delete' || operationId !== null)) {
      throw new VolvoxError('conflict', `Instance ${uuid} is not soft-deleted any more.`);
    }
    return reallyDelete;
  },
  begin: reallyDelete.begin,
});
