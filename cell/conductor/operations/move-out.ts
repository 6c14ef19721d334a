import { type Static, Type } from 'typebox';
import { MOVE_OUT } from '#platform/contracts/moves.ts';
import { stepOutputs } from '#platform/contracts/step-outputs.ts';
import { oneOf, Uuid } from '#platform/objects/scalars.ts';
import { done, StepRefused, wait } from '#platform/operations/definition.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { removeAllEndedOperations } from '../../database/stores/ended-operations.ts';
import { type GuestOnHost, guestsOf, markAbsent, setDesired } from '../../database/stores/guests.ts';
import { findInstance } from '../../database/stores/instances.ts';
import { UNHEARD_MS } from '../../database/stores/lingering-guests.ts';
import { findMoveOut, lockMoveOut, reach } from '../../database/stores/moves-out.ts';
import { bindingsOfGuests, setDesiredBindings } from '../../database/stores/port-bindings.ts';
import { markReleased } from '../../database/stores/released-builds.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation, LOOK_AGAIN_MS } from './cell-operation.ts';
import { troubleOf } from './guest-trouble.ts';
import { forgetInstance, isKept } from './moved-guest.ts';
import { dropParked, parkedDelete, wakeParked } from './parked-delete.ts';
import { inLeasedTransaction, superseded, updateAsOwner, updateAsOwnerOrRefuse } from './superseded.ts';

/** The move (its operation in the global tier), the guest that moves, and the state of the instance before the move. */
const Params = Type.Object({ moveId: Uuid, guestId: Uuid, before: oneOf(['active', 'stopped'] as const) });
export type MoveOutParams = Static<typeof Params>;
type Context = CellContext<MoveOutParams>;
type MoveOutStep = CellStep<MoveOutParams>;

const NOTHING = { reason: 'The step only waits for a request.' };
const GONE = { reason: 'The instance lives in another cell.' };

/** The door made this operation the owner of the instance. The undo is the last one, and releases the instance. */
const awaitStop: MoveOutStep = { name: 'hold', do: untilRequested('stop'), undo: releaseInstance };
const stopGuest: MoveOutStep = { name: 'stop-guest', do: stop, undo: startAgain };
/** Meanwhile the host of the target cell reads the disks with a ticket (door/moves-out.ts). */
const serveDisks: MoveOutStep = { name: 'serve-disks', do: untilRequested('fence'), undo: voidTickets };
/** From here on a delete does not take the instance over; it is recorded (door/hand-over.ts). */
const fence: MoveOutStep = { name: 'fence', do: raiseFence, undo: lowerFence };
/** The move requests `release` once the directory names another home, and `abort` only while it does not. */
const awaitVerdict: MoveOutStep = { name: 'await-verdict', do: untilRelease, undo: NOTHING, pointOfNoReturn: true };
const hide: MoveOutStep = { name: 'hide', do: leaveLists, undo: GONE };
const remove: MoveOutStep = { name: 'remove', do: removeGuest, undo: GONE };
const forget: MoveOutStep = { name: 'forget', do: forgetAll, undo: GONE };

/**
 * The source cell's side of a move (decision 0005). It goes as far as the requested phase allows (`moves_out.ordered`). Only a request, or
 * an agent that cannot do its part, turns it back; its deadline only tells operators when to look.
 */
export const moveOut = defineCellOperation({
  kind: 'moveOut',
  params: Params,
  deadline: { ms: 21_600_000, policy: 'forward' },
  follows: ({ moveId }) => moveId,
  steps: [awaitStop, stopGuest, serveDisks, fence, awaitVerdict, hide, remove, forget],
});

/** Whether the requested phase is `phase` or later. @throws StepRefused when the move was aborted. */
async function isRequested(parts: CellParts, moveId: string, phase: 'stop' | 'fence' | 'release'): Promise<boolean> {
  const move = await findMoveOut(parts.database.read, moveId);
  if (move === null || move.requested === 'abort') throw new StepRefused('The move was aborted.');
  return MOVE_OUT.allows(move.requested, phase);
}

/** The guest that moves. @throws StepRefused when another operation owns the instance. */
async function look(context: Context, parts: CellParts): Promise<GuestOnHost> {
  const [instance, guest] = await Promise.all([
    findInstance(parts.database.read, context.subject),
    guestOfMove(context, parts),
  ]);
  if (instance?.operationId !== context.operationId || guest === undefined) throw superseded();
  context.at(guest.hostName);
  return guest;
}

const guestOfMove = async (context: Context, parts: CellParts): Promise<GuestOnHost | undefined> =>
  (await guestsOf(parts.database.read, context.subject)).find((guest) => guest.id === context.params.guestId);

/** A step's transaction, which writes the reached phase of the move when it commits. */
async function reaching(context: Context, parts: CellParts, work: (tx: CellTx) => Promise<void>) {
  const committed = await context.inTransaction(work);
  parts.moves.ring();
  return committed;
}

/** Waits until the move requests the phase. */
function untilRequested(phase: 'stop' | 'fence'): MoveOutStep['do'] {
  return async (context, parts) => {
    await look(context, parts);
    return (await isRequested(parts, context.params.moveId, phase))
      ? done()
      : wait(LOOK_AGAIN_MS, `the move to request the phase '${phase}'`);
  };
}

/**
 * Releases the instance as it was before the move, or passes it to a delete that came while it was fenced. The same transaction records
 * that the move is undone.
 */
async function releaseInstance(context: Context, parts: CellParts) {
  const { moveId } = context.params;
  const guests = await guestsOf(parts.database.read, context.subject);
  const committed = await reaching(context, parts, async (tx) => {
    if (!(await updateAsOwner(tx, context, {}))) {
      await dropParked(tx, context.subject, moveId);
      return reach(tx, moveId, 'gone', context.now, context.reason);
    }
    await lockMoveOut(tx, moveId);
    const deletion = await parkedDelete(tx, context.subject);
    if (deletion === null) await updateAsOwner(tx, context, { operationId: null, taskState: null });
    else {
      await updateAsOwner(tx, context, { operationId: deletion.id, taskState: 'deleting' });
      await markAbsent(tx, context.subject, context.now);
      await wakeParked(tx, deletion.id, context.now);
    }
    await reach(tx, moveId, 'undone', context.now, context.reason);
  });
  parts.agents.wakeEach(guests, (guest) => guest.computeAgentId);
  return committed;
}

/** Stops the guest, so that nothing writes to its disks any more. */
async function stop(context: Context, parts: CellParts) {
  const guest = await look(context, parts);
  await isRequested(parts, context.params.moveId, 'stop');
  if (isStopped(guest)) {
    return reaching(context, parts, async (tx) => {
      await updateAsOwnerOrRefuse(tx, context, {});
      await reach(tx, context.params.moveId, 'stop', context.now);
    });
  }
  const trouble = troubleOf(guest);
  if (trouble !== null) throw new StepRefused(trouble);
  if (guest.power !== 'stopped') await setDesiredPower(context, parts, guest, 'stopped');
  parts.agents.wake(guest.computeAgentId, [guest.id]);
  return wait(LOOK_AGAIN_MS, `host ${guest.hostName} to stop the guest`);
}

const isStopped = (guest: GuestOnHost): boolean => guest.power === 'stopped' && guest.settled;

async function setDesiredPower(context: Context, parts: CellParts, guest: GuestOnHost, power: 'running' | 'stopped') {
  await inLeasedTransaction(parts, context, async (tx) => {
    if (await updateAsOwner(tx, context, {})) await setDesired(tx, guest.id, { power }, context.now);
  });
}

/**
 * Starts the guest again if it ran before. It does not wait for a host that is down or an agent that fails: the desired state stays, and
 * the agent reaches it later. An instance that is being deleted, or has another owner now, is not touched.
 */
async function startAgain(context: Context, parts: CellParts) {
  const { before } = context.params;
  const [instance, guest, deletion] = await Promise.all([
    findInstance(parts.database.read, context.subject),
    guestOfMove(context, parts),
    parkedDelete(parts.database.read, context.subject),
  ]);
  if (instance?.operationId !== context.operationId || guest === undefined || guest.role === 'leaving') return done();
  if (deletion !== null) return done();
  context.at(guest.hostName);
  const power = before === 'active' ? 'running' : 'stopped';
  const hopeless = troubleOf(guest) !== null || context.now - guest.changedAt > UNHEARD_MS;
  if (guest.power === power && (guest.settled || !guest.hostUp || hopeless)) return done();
  if (guest.power !== power) await setDesiredPower(context, parts, guest, power);
  parts.agents.wake(guest.computeAgentId, [guest.id]);
  return wait(LOOK_AGAIN_MS, `host ${guest.hostName} to start the guest again`);
}

/** Ends all reading of the disks: a new generation makes tickets invalid, even if the desired state stays (platform/rpc/disk-ticket.ts). */
async function voidTickets(context: Context, parts: CellParts) {
  const guest = await guestOfMove(context, parts);
  if (guest === undefined) return done();
  context.at(guest.hostName);
  const committed = await context.inTransaction(async (tx) => {
    if (await updateAsOwner(tx, context, {})) await setDesired(tx, guest.id, { power: 'stopped' }, context.now);
  });
  parts.agents.wake(guest.computeAgentId, [guest.id]);
  return committed;
}

async function raiseFence(context: Context, parts: CellParts) {
  const guest = await look(context, parts);
  if (!isStopped(guest)) {
    parts.agents.wake(guest.computeAgentId, [guest.id]);
    return wait(LOOK_AGAIN_MS, `host ${guest.hostName} to report that the guest is stopped`);
  }
  return reaching(context, parts, async (tx) => {
    await updateAsOwnerOrRefuse(tx, context, {});
    const move = await lockMoveOut(tx, context.params.moveId);
    if (move === null || move.requested === 'abort') throw new StepRefused('The move was aborted.');
    await reach(tx, context.params.moveId, 'fence', context.now);
  });
}

/** A recorded delete stays until the instance is released. */
function lowerFence(context: Context, parts: CellParts) {
  const { moveId } = context.params;
  return reaching(context, parts, async (tx) => {
    const move = await lockMoveOut(tx, moveId);
    if (move?.reached === 'fence') await reach(tx, moveId, 'stop', context.now);
  });
}

const outputs = stepOutputs<{ 'await-verdict': { readonly releasedAt: number } }>();

async function untilRelease(context: Context, parts: CellParts) {
  const released = await isRequested(parts, context.params.moveId, 'release');
  return released
    ? done(outputs.of('await-verdict', { releasedAt: context.now }))
    : wait(LOOK_AGAIN_MS, 'the hand-over');
}

/*
 * From here on the instance lives in another cell. An operation that took the row over in between has done the same work as these steps,
 * so they refuse nothing.
 */

/** Hides the instance, after lists that began before the hand-over have ended (`hideAfterMs`). */
async function leaveLists(context: Context, parts: CellParts) {
  const { releasedAt } = outputs.require(context, 'await-verdict');
  const left = releasedAt + parts.settings.hideAfterMs - context.now;
  if (left > 0) return wait(left, 'lists that began before the hand-over');
  return context.inTransaction(async (tx) => void (await updateAsOwner(tx, context, { presence: 'left' })));
}

/**
 * Removes the guest with its disks and ports; only the ports of a guest that is to be quarantined. It does not wait for a host that is
 * down: its agent removes the guest when it comes back.
 */
async function removeGuest(context: Context, parts: CellParts) {
  const { guestId, moveId } = context.params;
  const [found, bindings, move] = await Promise.all([
    guestOfMove(context, parts),
    bindingsOfGuests(parts.database.read, [guestId]),
    findMoveOut(parts.database.read, moveId),
  ]);
  if (found !== undefined) context.at(found.hostName);
  const guest = isKept(move) ? undefined : found;
  if ((guest !== undefined && guest.role !== 'leaving') || bindings.some((binding) => !binding.leaving)) {
    await inLeasedTransaction(parts, context, async (tx) => {
      if (guest !== undefined) await markAbsent(tx, context.subject, context.now, guestId);
      await setDesiredBindings(tx, [guestId], { present: false, leaving: true }, context.now);
    });
  }
  const reachable = bindings.filter((binding) => binding.hostUp);
  if (reachable.length === 0 && !guest?.hostUp) return done();
  if (guest !== undefined) parts.agents.wake(guest.computeAgentId, [guest.id]);
  parts.agents.wakeEach(reachable, (binding) => binding.networkAgentId);
  return wait(
    LOOK_AGAIN_MS,
    guest === undefined ? 'its ports to be unplugged' : `host ${guest.hostName} to remove the guest`,
  );
}

/**
 * Deletes the instance's row, its action log, which moved with it, and a recorded delete, which the target cell carries out. Requests for
 * the instance get the answer `moved` for a day.
 */
async function forgetAll(context: Context, parts: CellParts) {
  const { moveId } = context.params;
  const [guest, move] = await Promise.all([guestOfMove(context, parts), findMoveOut(parts.database.read, moveId)]);
  const committed = await reaching(context, parts, async (tx) => {
    if (move !== null) await markReleased(tx, context.subject, move.epoch, context.now);
    if (await forgetInstance(tx, context, guest !== undefined && isKept(move)))
      await removeAllEndedOperations(tx, context.subject);
    await dropParked(tx, context.subject, moveId);
    await reach(tx, moveId, 'release', context.now);
  });
  if (guest !== undefined) parts.agents.wake(guest.computeAgentId, [guest.id]);
  return committed;
}
