import { type Static, Type } from 'typebox';
import { DESIRED_POWERS } from '#platform/objects/guest.ts';
import { oneOf, Uuid } from '#platform/objects/scalars.ts';
import { done, StepRefused, wait } from '#platform/operations/definition.ts';
import type { VmState } from '#platform/states/vm-state.ts';
import { setDesired } from '../../database/stores/guests.ts';
import { operatedGuest } from '../../database/stores/operated-guest.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation, LOOK_AGAIN_MS } from './cell-operation.ts';
import { faultJson } from './fault.ts';
import { troubleOf } from './guest-trouble.ts';
import { inLeasedTransaction, superseded, updateAsOwner, updateAsOwnerOrRefuse } from './superseded.ts';

/** The guest, and its desired power before. The new desired power was committed with the operation. */
const Params = Type.Object({ guestId: Uuid, before: oneOf(DESIRED_POWERS) });
export type PowerParams = Static<typeof Params>;
type Context = CellContext<PowerParams>;

const settleAs = (vmState: VmState): CellStep<PowerParams> => ({
  name: 'settle',
  do: (context, parts) => waitUntilSettled(context, parts, vmState),
  undo: setDesiredAsBefore,
  attempts: 20,
});

/** The operation of an action that changes the desired power of the guest; the instance is in `vmState` afterwards. */
export const powerOperation = (kind: string, vmState: VmState) =>
  defineCellOperation({
    kind,
    params: Params,
    // Back: a start or stop long after the request would surprise a user who has found another way since.
    deadline: { ms: 600_000, policy: 'back' },
    steps: [settleAs(vmState)],
  });

async function waitUntilSettled(context: Context, parts: CellParts, vmState: VmState) {
  const guest = await operatedGuest(parts.database.read, context.subject, context.now);
  if (guest === null || guest.operationId !== context.operationId) throw superseded();
  context.at(guest.hostName);
  if (guest.settled) {
    return context.inTransaction((tx) =>
      updateAsOwnerOrRefuse(tx, context, {
        vmState,
        taskState: null,
        operationId: null,
        powerState: guest.observedPower,
        fault: null,
      }),
    );
  }
  const trouble = troubleOf(guest);
  if (trouble !== null) throw new StepRefused(trouble);
  parts.agents.wake(guest.computeAgentId, [guest.id]);
  return wait(LOOK_AGAIN_MS, `host ${guest.hostName}`);
}

async function setDesiredAsBefore(context: Context, parts: CellParts) {
  const { guestId, before } = context.params;
  const guest = await operatedGuest(parts.database.read, context.subject, context.now);
  await inLeasedTransaction(parts, context, async (tx) => {
    const mine = await updateAsOwner(tx, context, {
      taskState: null,
      operationId: null,
      fault: faultJson(context.reason, context.now),
    });
    if (mine) await setDesired(tx, guestId, { power: before }, context.now);
  });
  if (guest?.id === guestId) parts.agents.wake(guest.computeAgentId, [guestId]);
  return done();
}
