import { randomUUID } from 'node:crypto';
import { ATTACH_INTERFACE, type AttachInterfaceParams } from '#platform/contracts/global-operations.ts';
import { stepOutputs } from '#platform/contracts/step-outputs.ts';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { releaseInstancePort } from '#platform/directory/stores/server-ports.ts';
import {
  defineOperation,
  done,
  type StepContext,
  StepRefused,
  type StepResult,
  wait,
} from '#platform/operations/definition.ts';
import type { GlobalDeps } from '../deps.ts';
import { actInCell } from './act-in-cell.ts';
import { CHANGES_OF_INTERFACES } from './interface-changes.ts';
import { portInCell } from './port-in-cell.ts';
import { preventInCell } from './prevent-in-cell.ts';

/** How soon the cell is asked again, ms. */
const RECHECK_MS = 500;
/** The actions of the cell (cell/conductor/actions). */
const KIND_IN_CELL = 'attachInterface';
const WAY_BACK_IN_CELL = 'withdrawPort';

type Context = StepContext<AttachInterfaceParams, DirectoryTx>;

/** The id of the operation that takes the port back in the cell: one for all tries, so that a late one is a repetition there. */
const outputs = stepOutputs<{ 'take-port': { readonly wayBackId: string } }>();

export const attachInterface = defineOperation<typeof ATTACH_INTERFACE.params, GlobalDeps, DirectoryTx>({
  ...ATTACH_INTERFACE,
  steps: [
    // The transaction that accepted it took the port for the server.
    {
      name: 'take-port',
      do: async () => done(outputs.of('take-port', { wayBackId: randomUUID() })),
      undo: releasePort,
    },
    { name: 'attach', do: attach, undo: detach, attempts: 20 },
  ],
});

function attach(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const { port, network, isAdmin } = context.params;
  const act = { id: context.operationId, kind: KIND_IN_CELL, params: { port, network }, isAdmin };
  return actInCell(context, deps, { ...act, behind: CHANGES_OF_INTERFACES });
}

/**
 * The server does not have the port afterwards, whatever state it is in meanwhile. The step waits for the end of another action on it,
 * and while its cell does not answer. No request that is still on its way gives the server the port afterwards, or takes it away when it is
 * attached again.
 */
async function detach(context: Context, deps: GlobalDeps): Promise<StepResult> {
  const { port } = context.params;
  const wayBack = { id: outputs.require(context, 'take-port').wayBackId, kind: WAY_BACK_IN_CELL };
  const state = await portInCell(context, deps, port.id, { id: context.operationId, kind: KIND_IN_CELL });
  if (state === 'gone') {
    await preventInCell(context, deps, wayBack);
    return done();
  }
  if (state === 'attached') {
    const act = { ...wayBack, params: { portId: port.id }, isAdmin: true };
    await actInCell(context, deps, { ...act, behind: 'any' }).catch(unlessRefused);
  }
  return wait(RECHECK_MS, `the port to go from instance ${context.params.uuid}`);
}

/** The cell refuses it now: the port went in between, or the server is being changed or moved. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof StepRefused)) throw error;
}

function releasePort(context: Context): Promise<StepResult> {
  const { uuid, port } = context.params;
  return context.inTransaction((tx) => releaseInstancePort(tx, uuid, port.id));
}
