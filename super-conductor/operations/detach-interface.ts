import { DETACH_INTERFACE, type DetachInterfaceParams } from '#platform/contracts/global-operations.ts';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { releaseInstancePort } from '#platform/directory/stores/server-ports.ts';
import { defineOperation, type StepContext, type StepResult } from '#platform/operations/definition.ts';
import type { GlobalDeps } from '../deps.ts';
import { actInCell } from './act-in-cell.ts';
import { CHANGES_OF_INTERFACES } from './interface-changes.ts';

type Context = StepContext<DetachInterfaceParams, DirectoryTx>;

export const detachInterface = defineOperation<typeof DETACH_INTERFACE.params, GlobalDeps, DirectoryTx>({
  ...DETACH_INTERFACE,
  steps: [
    {
      name: 'detach',
      do: detach,
      undo: { reason: 'the cell gives the card back when it fails, and never after it was done' },
      attempts: 20,
      pointOfNoReturn: true,
    },
    { name: 'release-port', do: releasePort, undo: { reason: 'its effect is committed with its record' } },
  ],
});

function detach(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const { portId, isAdmin } = context.params;
  const act = { id: context.operationId, kind: 'detachInterface', params: { portId }, isAdmin };
  return actInCell(context, deps, { ...act, behind: CHANGES_OF_INTERFACES });
}

function releasePort(context: Context): Promise<StepResult> {
  const { uuid, portId } = context.params;
  return context.inTransaction((tx) => releaseInstancePort(tx, uuid, portId));
}
