import { type Static, Type } from 'typebox';
import { Uuid } from '#platform/objects/scalars.ts';
import { done } from '#platform/operations/definition.ts';
import { guestsOf, markAbsent } from '../../database/stores/guests.ts';
import { epochOf } from '../../database/stores/instance-epochs.ts';
import { insertNotice } from '../../database/stores/notices.ts';
import { advanceResize } from '../../database/stores/server-migrations.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation } from './cell-operation.ts';
import { faultJson } from './fault.ts';
import { inLeasedTransaction, updateAsOwner, updateAsOwnerOrRefuse } from './superseded.ts';

const Params = Type.Object({ sourceGuestId: Uuid });
export type ConfirmResizeParams = Static<typeof Params>;
type Context = CellContext<ConfirmResizeParams>;

const dropSource: CellStep<ConfirmResizeParams> = {
  name: 'drop-source',
  do: dropSourceAndFinish,
  undo: releaseInstance,
};

/** The desired state of the old guest becomes absent. Its agent's report removes it with its claim and ports; nobody waits for that. */
export const confirmResize = defineCellOperation({
  kind: 'confirmResize',
  params: Params,
  // Forward: the user has decided, and the operation waits for nothing.
  deadline: { ms: 600_000, policy: 'forward' },
  steps: [dropSource],
});

async function dropSourceAndFinish(context: Context, parts: CellParts) {
  const guests = await guestsOf(parts.database.read, context.subject);
  const source = guests.find((guest) => guest.id === context.params.sourceGuestId);
  const current = guests.find((guest) => guest.role === 'current');
  if (source !== undefined) context.at(source.hostName);
  // The reconciler of unfollowed guests sees to one that stopped by itself while this operation owned the instance.
  const isStopped = current?.power === 'stopped';
  const committed = await context.inTransaction(async (tx) => {
    await updateAsOwnerOrRefuse(tx, context, {
      vmState: isStopped ? 'stopped' : 'active',
      oldVmState: null,
      oldFlavor: null,
      taskState: null,
      operationId: null,
      fault: null,
    });
    await advanceResize(tx, context.subject, ['confirming'], 'confirmed', context.now);
    await markAbsent(tx, context.subject, context.now, context.params.sourceGuestId);
    // The reconciler that confirms asks no API, which would note that the quota changes.
    const epoch = await epochOf(tx, context.subject);
    await insertNotice(tx, { kind: 'resize-ended', instanceUuid: context.subject, epoch }, context.now);
  });
  parts.notices.ring();
  parts.agents.wake(source?.computeAgentId ?? null, [context.params.sourceGuestId]);
  return committed;
}

/** The step is one transaction with the end of the operation: done, or not begun. So its undo only releases the instance. */
async function releaseInstance(context: Context, parts: CellParts) {
  await inLeasedTransaction(parts, context, async (tx) => {
    const fault = faultJson(context.reason, context.now);
    if (await updateAsOwner(tx, context, { taskState: null, operationId: null, fault }))
      await advanceResize(tx, context.subject, ['confirming'], 'finished', context.now);
  });
  return done();
}
