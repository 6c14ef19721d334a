import { done, StepRefused, wait } from '#platform/operations/definition.ts';
import type { VmState } from '#platform/states/vm-state.ts';
import { type DesiredGuestState, setDesired } from '../../database/stores/guests.ts';
import { operatedGuest } from '../../database/stores/operated-guest.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, LOOK_AGAIN_MS } from './cell-operation.ts';
import { acceptDiscarded, discardedFault, lostDisks } from './discarded-disks.ts';
import { faultJson } from './fault.ts';
import { troubleOf } from './guest-trouble.ts';
import { inLeasedTransaction, superseded, updateAsOwner, updateAsOwnerOrRefuse } from './superseded.ts';

interface SettlingParams {
  readonly guestId: string;
}

/**
 * Waits until the guest has reached the desired state that the action committed with the operation; the instance is in `vmState` then, or in
 * ERROR when its disks turn out to be gone (discarded-disks.ts).
 * @throws StepRefused with the agent's words when it cannot reach it.
 */
export async function waitUntilSettled<P extends SettlingParams>(
  context: CellContext<P>,
  parts: CellParts,
  vmState: VmState,
) {
  const guest = await operatedGuest(parts.database.read, context.subject, context.now);
  if (guest === null || guest.operationId !== context.operationId) throw superseded();
  context.at(guest.hostName);
  if (guest.settled) {
    const isLost = lostDisks(guest);
    const ended = { taskState: null, operationId: null, powerState: guest.observedPower };
    const committed = await context.inTransaction(async (tx) => {
      const shown = isLost
        ? ({ vmState: 'error', fault: discardedFault(context.now) } as const)
        : { vmState, fault: null };
      await updateAsOwnerOrRefuse(tx, context, { ...ended, ...shown });
      if (isLost) await acceptDiscarded(tx, guest, context.now);
    });
    if (isLost) parts.agents.wake(guest.computeAgentId, [guest.id]);
    return committed;
  }
  const trouble = troubleOf(guest);
  if (trouble !== null) throw new StepRefused(trouble);
  parts.agents.wake(guest.computeAgentId, [guest.id]);
  return wait(LOOK_AGAIN_MS, `host ${guest.hostName}`);
}

/** The undo: the instance stays as it was, with the reason as its fault, and the guest is to be as it was. */
export async function desireAsBefore<P extends SettlingParams>(
  context: CellContext<P>,
  parts: CellParts,
  before: DesiredGuestState,
) {
  const { guestId } = context.params;
  const guest = await operatedGuest(parts.database.read, context.subject, context.now);
  await inLeasedTransaction(parts, context, async (tx) => {
    const fault = faultJson(context.reason, context.now);
    const isMine = await updateAsOwner(tx, context, { taskState: null, operationId: null, fault });
    if (isMine) await setDesired(tx, guestId, before, context.now);
  });
  if (guest?.id === guestId) parts.agents.wake(guest.computeAgentId, [guestId]);
  return done();
}

interface Settling<P> {
  vmState(params: P): VmState;
  before(params: P): DesiredGuestState;
}

/** The one step of an operation that changes the desired state of a guest and can go back to the one before. */
export const settleGuest = <P extends SettlingParams>({ vmState, before }: Settling<P>): CellStep<P> => ({
  name: 'settle',
  do: (context, parts) => waitUntilSettled(context, parts, vmState(context.params)),
  undo: (context, parts) => desireAsBefore(context, parts, before(context.params)),
  attempts: 20,
});
