import type { MovedInstance } from '#platform/contracts/door-moves.ts';
import { MOVE_IN } from '#platform/contracts/moves.ts';
import { stepOutputs } from '#platform/contracts/step-outputs.ts';
import { fromJson } from '#platform/database/json-column.ts';
import { done, StepRefused, wait } from '#platform/operations/definition.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { buildOf, insertArrival } from '../../database/stores/arriving-instances.ts';
import { endedOperation, insertEndedOperations } from '../../database/stores/ended-operations.ts';
import { bringPassword } from '../../database/stores/guest-passwords.ts';
import { generationOf, markAbsent, setDesired } from '../../database/stores/guests.ts';
import { findInstance } from '../../database/stores/instances.ts';
import { lingeringGuest } from '../../database/stores/lingering-guests.ts';
import { endMoveIn, findMoveIn, lockMoveIn, type MoveInRow, writeProgress } from '../../database/stores/moves-in.ts';
import { type OperatedGuest, operatedGuest } from '../../database/stores/operated-guest.ts';
import { bindingsOfGuests } from '../../database/stores/port-bindings.ts';
import { describeTarget, redefineBindings, targetSpec } from '../../database/stores/target-guests.ts';
import type { CellParts } from '../parts.ts';
import { LOOK_AGAIN_MS, LOOK_SOON_MS } from './cell-operation.ts';
import { faultJson } from './fault.ts';
import { bindingsFor, guestSpec } from './guests.ts';
import { whatIsInTheWay } from './move-in-host.ts';
import { lookAtMove, type MoveInContext, reaching, tellAgents, updateMoveIn } from './move-in-state.ts';
import { nextStart } from './next-move-in.ts';
import { parkedDelete, wakeParked } from './parked-delete.ts';
import { inLeasedTransaction, updateAsOwner } from './superseded.ts';

/** Inserts the instance's row with its history; no list shows it yet. Changes that users made since the move began are in it. */
export async function arriveHere(context: MoveInContext, parts: CellParts) {
  const state = await lookAtMove(context, parts);
  const { row, request, guestId, host } = state;
  context.at(host.name);
  if (row.moved === null) throw new StepRefused("The request for the phase 'arrive' did not carry the instance.");
  const inTheWay = await whatIsInTheWay(context, parts, state);
  if (inTheWay !== null) return wait(LOOK_SOON_MS, `${inTheWay} to go`);
  const { instance, before, operations, password = null } = fromJson<MovedInstance>(row.moved);
  const log = operations.map((entry) => endedOperation(entry, context.subject));
  const zone = request.zone ?? parts.settings.defaultZone;
  const arrival = { instance, before, epoch: row.epoch, operationId: context.operationId, guestId, host, zone };
  const build = buildOf(instance);
  const spec = await targetSpec(parts.database.read, guestId);
  if (spec === null) throw new StepRefused('The guest was removed.');
  const described = {
    ...guestSpec(build, build.flavor, spec.diskSource, spec),
    instanceName: instance.instanceName,
  };
  const committed = await reaching(context, parts, async (tx) => {
    await updateMoveIn(tx, context, state, { reached: 'arrive' });
    await insertArrival(tx, arrival, context.now);
    // Once the row exists, nobody creates another guest. If one was created and released since the check above, the next try waits for it.
    const lingering = await lingeringGuest(tx, context.subject);
    if (lingering !== null) throw new Error(`an earlier guest on host ${lingering.hostName} may still run`);
    await insertEndedOperations(tx, log);
    await bringPassword(tx, context.subject, password);
    await describeTarget(tx, guestId, described);
    await redefineBindings(tx, guestId, bindingsFor(build, guestId, host.id, row.epoch), context.now);
  });
  await tellAgents(parts, context.subject);
  return committed;
}

/** The first generation of the guest whose desired state is the one that users see; null: another operation has the instance. */
interface Revealed {
  readonly generation: number | null;
}

const outputs = stepOutputs<{ reveal: Revealed }>();

/** Shows the instance in lists and starts its guest if it ran before the move; passes the instance to a delete that came as it arrived. */
export async function reveal(context: MoveInContext, parts: CellParts) {
  const committed = await reaching(context, parts, async (tx): Promise<Revealed> => {
    const row = await lockMove(tx, context);
    if (row === null) return { generation: null };
    const { guestId, moved } = row;
    const deletion = await parkedDelete(tx, context.subject);
    const taken = deletion === null ? {} : { operationId: deletion.id, taskState: 'deleting' as const };
    const mine = await updateAsOwner(tx, context, { presence: 'here', ...taken });
    if (mine && deletion !== null) {
      await markAbsent(tx, context.subject, context.now);
      await wakeParked(tx, deletion.id, context.now);
    }
    if (!mine || deletion !== null || guestId === null || moved === null) return leave(tx, context);
    const power = fromJson<MovedInstance>(moved).before === 'active' ? 'running' : 'stopped';
    await setDesired(tx, guestId, { power, role: 'current' }, context.now);
    await writeProgress(tx, row.moveId, { reached: 'revealed' }, context.now);
    return { generation: await generationOf(tx, guestId) };
  });
  await tellAgents(parts, context.subject);
  return committed;
}

/**
 * Another operation has the instance, so this side of the move ends without touching it. If the instance is deleted the move is complete.
 * Otherwise it ends as a failed start, so that the old cell keeps its guest until an operator has looked.
 */
async function leave(tx: CellTx, context: MoveInContext): Promise<Revealed> {
  const instance = await findInstance(tx, context.subject);
  const lives = instance !== null && instance.vmState !== 'deleted' && instance.taskState !== 'deleting';
  const why = 'Another operation has taken the instance over.';
  await endMoveIn(tx, context.params.moveId, lives ? 'start' : 'gone', why, context.now);
  return { generation: null };
}

/** The row of the move, locked; null when this side of the move is over. */
async function lockMove(tx: CellTx, context: MoveInContext): Promise<MoveInRow | null> {
  const row = await lockMoveIn(tx, context.params.moveId);
  return row === null || row.operationId !== context.operationId || MOVE_IN.hasEnded(row.reached) ? null : row;
}

/** Waits until the guest is as it was before the move. If that fails the instance is in ERROR; this side of the move ends either way. */
export async function startGuest(context: MoveInContext, parts: CellParts) {
  const { read } = parts.database;
  const row = await findMoveIn(read, context.params.moveId);
  if (row === null || MOVE_IN.hasEnded(row.reached)) return done();
  const guest = await operatedGuest(read, context.subject, context.now);
  if (guest === null || guest.operationId !== context.operationId) {
    return reaching(context, parts, async (tx) => {
      if ((await lockMove(tx, context)) !== null) await leave(tx, context);
    });
  }
  context.at(guest.hostName);
  const first = outputs.read(context, 'reveal')?.generation ?? guest.generation;
  const ports = await bindingsOfGuests(read, [guest.id]);
  const next = nextStart({ ...guest, since: guest.changedAt }, ports, guest.generation - first + 1, context.now);
  switch (next.kind) {
    case 'finish':
      return reaching(context, parts, (tx) => finish(tx, context, guest, null));
    case 'give-up':
      context.log.warn({ reason: next.why }, 'the moved server cannot be started');
      return reaching(context, parts, (tx) => finish(tx, context, guest, next.why));
    case 'again':
      await inLeasedTransaction(parts, context, async (tx) => {
        if (await updateAsOwner(tx, context, {})) await setDesired(tx, guest.id, { power: guest.power }, context.now);
      });
      break;
    default:
  }
  await tellAgents(parts, context.subject);
  return wait(LOOK_AGAIN_MS, 'the guest');
}

/** Releases the instance as it was, or with a fault. A guest that has shut itself down since is stopped, as at any other time. */
async function finish(tx: CellTx, context: MoveInContext, guest: OperatedGuest, why: string | null): Promise<void> {
  if ((await lockMove(tx, context)) === null) return;
  const endedItself = why === null && guest.power === 'running' && guest.observedPower === POWER_STATE.shutdown;
  const mine = await updateAsOwner(tx, context, {
    taskState: null,
    operationId: null,
    powerState: guest.observedPower,
    ...(why === null ? {} : { vmState: 'error', fault: faultJson(why, context.now) }),
    ...(endedItself ? { vmState: 'stopped' } : {}),
  });
  if (!mine) {
    await leave(tx, context);
    return;
  }
  if (endedItself) await setDesired(tx, guest.id, { power: 'stopped' }, context.now);
  await endMoveIn(tx, context.params.moveId, 'start', why, context.now);
}
