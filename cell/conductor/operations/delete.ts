import { type Static, Type } from 'typebox';
import { Uuid } from '#platform/objects/scalars.ts';
import { done, wait } from '#platform/operations/definition.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { moment } from '../../database/moment.ts';
import { type GuestOnHost, guestsOf, markAbsent } from '../../database/stores/guests.ts';
import { rowWithRemains } from '../../database/stores/instances.ts';
import { insertNotice } from '../../database/stores/notices.ts';
import { type BindingOnHost, bindingsOf } from '../../database/stores/port-bindings.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation, LOOK_AGAIN_MS } from './cell-operation.ts';
import { faultJson } from './fault.ts';
import { troubleOf } from './guest-trouble.ts';
import { inLeasedTransaction, superseded, updateAsOwner, updateAsOwnerOrRefuse } from './superseded.ts';

/** The move whose outcome the delete waits for (parked-delete.ts), as long as it waits. */
const Params = Type.Object({ moveId: Type.Optional(Uuid) });
type Params = Static<typeof Params>;
type Context = CellContext<Params>;

/**
 * The transaction that accepted the request set all guests to absent. Their rows, claims and bindings go as the agents report
 * (`agents/guest-reports.ts`). The step does not wait for a guest whose agent is silent, or on a host that was declared dead: its row
 * and its claim stay, and the agent removes the guest when it comes back.
 */
const terminate: CellStep<Params> = {
  name: 'terminate',
  do: waitThenErase,
  undo: leaveAsError,
};

export const deleteInstance = defineCellOperation({
  kind: 'delete',
  params: Params,
  // Forward: a server that its user has deleted does not come back. The operation is shown as late while a host does not remove its guest.
  deadline: { ms: 1_800_000, policy: 'forward' },
  follows: ({ moveId }) => moveId,
  steps: [terminate],
});

async function waitThenErase(context: Context, parts: CellParts) {
  const { read } = parts.database;
  const row = await rowWithRemains(read, context.subject);
  if (row?.operationId !== context.operationId) throw superseded();
  const [guests, bindings] =
    row.hasGuests || row.hasPorts
      ? await Promise.all([guestsOf(read, context.subject), bindingsOf(read, context.subject)])
      : [[], []];
  if (guests[0] !== undefined) context.at(guests[0].hostName);
  const reachable = guests.filter((guest) => guest.hostAnswers && !guest.hostForcedDown);
  const plugged = bindings.filter((binding) => binding.hostUp);
  if (reachable.length > 0 || plugged.length > 0) {
    // An interrupted move may have changed the desired state of a guest back; it becomes absent again.
    if (reachable.some((guest) => guest.role !== 'leaving'))
      await inLeasedTransaction(parts, context, (tx) => markAbsent(tx, context.subject, context.now));
    parts.agents.wakeEach(reachable, (guest) => guest.computeAgentId);
    parts.agents.wakeEach(
      plugged.filter((binding) => binding.leaving),
      (binding) => binding.networkAgentId,
    );
    return wait(LOOK_AGAIN_MS, waitingFor(reachable, plugged));
  }
  const erased = await context.inTransaction((tx) => erase(tx, context, row.epoch));
  parts.notices.ring();
  return erased;
}

/** For operators: what the operation waits for, and the last error of the agent. */
function waitingFor(guests: readonly GuestOnHost[], ports: readonly BindingOnHost[]): string {
  const [guest] = guests;
  const said = [...guests, ...ports].map(troubleOf).find((trouble) => trouble !== null);
  const what = guest === undefined ? 'its ports to be unplugged' : `host ${guest.hostName} to remove the guest`;
  return said === undefined ? what : `${what} (${said})`;
}

async function erase(tx: CellTx, context: Context, epoch: number): Promise<void> {
  const now = moment(context.now);
  await updateAsOwnerOrRefuse(tx, context, {
    vmState: 'deleted',
    taskState: null,
    operationId: null,
    powerState: POWER_STATE.none,
    guestId: null,
    terminatedAt: now,
    deletedAt: now,
    buildFailedAt: null,
  });
  await insertNotice(tx, { kind: 'instance-deleted', instanceUuid: context.subject, epoch, fault: null }, context.now);
}

/** An operator resolved the operation backward: the user sees ERROR, and may delete again. The desired state of the guest stays absent. */
async function leaveAsError(context: Context, parts: CellParts) {
  await inLeasedTransaction(parts, context, (tx) =>
    updateAsOwner(tx, context, {
      vmState: 'error',
      taskState: null,
      operationId: null,
      fault: faultJson(context.reason, context.now),
    }),
  );
  return done();
}
