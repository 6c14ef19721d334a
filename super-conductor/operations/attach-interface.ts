import { ATTACH_INTERFACE, type AttachInterfaceParams } from '#platform/contracts/global-operations.ts';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { releaseInstancePort } from '#platform/directory/stores/server-ports.ts';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import {
  defineOperation,
  done,
  type StepContext,
  StepRefused,
  type StepResult,
} from '#platform/operations/definition.ts';
import type { GlobalDeps } from '../deps.ts';
import { actInCell } from './act-in-cell.ts';
import { CHANGES_OF_INTERFACES } from './interface-changes.ts';

type Context = StepContext<AttachInterfaceParams, DirectoryTx>;

export const attachInterface = defineOperation<typeof ATTACH_INTERFACE.params, GlobalDeps, DirectoryTx>({
  ...ATTACH_INTERFACE,
  steps: [
    // The transaction that accepted it took the port for the server.
    { name: 'take-port', do: async () => done(), undo: releasePort },
    { name: 'attach', do: attach, undo: detach, attempts: 20 },
  ],
});

function attach(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const { port, network, isAdmin } = context.params;
  const act = { id: context.operationId, kind: 'attachInterface', params: { port, network }, isAdmin };
  return actInCell(context, deps, { ...act, behind: CHANGES_OF_INTERFACES });
}

/** The server does not have the port afterwards, whatever became of the action in its cell. It waits for every other action of the server. */
async function detach(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const { port, detachId } = context.params;
  const act = { id: detachId, kind: 'detachInterface', params: { portId: port.id }, isAdmin: true };
  try {
    return await actInCell(context, deps, { ...act, behind: 'any' });
  } catch (error) {
    // The cell does not know the port, or does not know the server any more.
    if (error instanceof StepRefused || isVolvoxError(error, 'not-found')) return done();
    throw error;
  }
}

function releasePort(context: Context): Promise<StepResult> {
  const { uuid, port } = context.params;
  return context.inTransaction((tx) => releaseInstancePort(tx, uuid, port.id));
}
