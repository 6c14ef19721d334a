import { DETACH_INTERFACE, type DetachInterfaceParams } from '#platform/contracts/global-operations.ts';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { releaseInstancePort } from '#platform/directory/stores/server-ports.ts';
import { defineOperation, done, type StepContext, type StepResult, wait } from '#platform/operations/definition.ts';
import type { GlobalDeps } from '../deps.ts';
import { actInCell } from './act-in-cell.ts';
import { CHANGES_OF_INTERFACES } from './interface-changes.ts';
import { portInCell } from './port-in-cell.ts';

/** How soon the cell is asked again, ms. */
const RECHECK_MS = 500;
/** The action of the cell (cell/conductor/actions). */
const KIND_IN_CELL = 'detachInterface';

type Context = StepContext<DetachInterfaceParams, DirectoryTx>;

export const detachInterface = defineOperation<typeof DETACH_INTERFACE.params, GlobalDeps, DirectoryTx>({
  ...DETACH_INTERFACE,
  steps: [
    {
      name: 'detach',
      do: detach,
      undo: releaseIfGone,
      attempts: 20,
      pointOfNoReturn: true,
    },
    { name: 'release-port', do: releasePort, undo: { reason: 'its effect is committed with its record' } },
  ],
});

function detach(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const { portId, isAdmin } = context.params;
  const act = { id: context.operationId, kind: KIND_IN_CELL, params: { portId }, isAdmin };
  return actInCell(context, deps, { ...act, behind: CHANGES_OF_INTERFACES });
}

/**
 * An operator may turn it back when the cell has done its part: then the port is released all the same. A request that has not reached the
 * cell yet takes nothing from the server any more.
 */
async function releaseIfGone(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const asked = { id: context.operationId, kind: KIND_IN_CELL };
  const state = await portInCell(context, deps, context.params.portId, asked);
  if (state === 'changing') return wait(RECHECK_MS, `the cell of instance ${context.params.uuid}`);
  return state === 'attached' ? done() : releasePort(context);
}

function releasePort(context: Context): Promise<StepResult> {
  const { uuid, portId } = context.params;
  return context.inTransaction((tx) => releaseInstancePort(tx, uuid, portId));
}
