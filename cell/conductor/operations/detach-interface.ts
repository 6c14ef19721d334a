import { type Static, Type } from 'typebox';
import { GuestNic } from '#platform/objects/guest.ts';
import { Count, Uuid } from '#platform/objects/scalars.ts';
import { done, StepRefused, wait } from '#platform/operations/definition.ts';
import { setDesired, specOf } from '../../database/stores/guests.ts';
import { operatedGuest } from '../../database/stores/operated-guest.ts';
import { bindingsOfGuests } from '../../database/stores/port-bindings.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation, LOOK_AGAIN_MS } from './cell-operation.ts';
import { faultJson } from './fault.ts';
import { troubleOf } from './guest-trouble.ts';
import { endWithoutPort, wakeForPorts } from './ports-of-guest.ts';
import { inLeasedTransaction, superseded, updateAsOwner } from './superseded.ts';

/** The guest, without the network card, was committed with the operation. The card, and its place among the others, is what the undo needs. */
const Params = Type.Object({ guestId: Uuid, portId: Uuid, nic: GuestNic, at: Count });
export type DetachInterfaceParams = Static<typeof Params>;
type Context = CellContext<DetachInterfaceParams>;

const takeCard: CellStep<DetachInterfaceParams> = {
  name: 'take-card',
  do: waitForGuest,
  undo: giveCardBack,
  attempts: 20,
};
/** From here on the guest does not have the card. */
const unplug: CellStep<DetachInterfaceParams> = {
  name: 'unplug',
  do: removePort,
  undo: { reason: 'its effect is committed with its record' },
  pointOfNoReturn: true,
};

export const detachInterface = defineCellOperation({
  kind: 'detachInterface',
  params: Params,
  // Back: a guest that does not give the card up keeps it.
  deadline: { ms: 120_000, policy: 'back' },
  steps: [takeCard, unplug],
});

async function waitForGuest(context: Context, parts: CellParts) {
  const guest = await operatedGuest(parts.database.read, context.subject, context.now);
  if (guest === null || guest.operationId !== context.operationId) throw superseded();
  context.at(guest.hostName);
  if (guest.settled) return done();
  const trouble = troubleOf(guest);
  if (trouble !== null) throw new StepRefused(trouble);
  parts.agents.wake(guest.computeAgentId, [guest.id]);
  return wait(LOOK_AGAIN_MS, `host ${guest.hostName} to take the network card`);
}

async function giveCardBack(context: Context, parts: CellParts) {
  const { guestId, portId, nic, at } = context.params;
  const guest = await operatedGuest(parts.database.read, context.subject, context.now);
  await inLeasedTransaction(parts, context, async (tx) => {
    const fault = faultJson(context.reason, context.now);
    if (!(await updateAsOwner(tx, context, { taskState: null, operationId: null, fault })) || guest === null) return;
    const spec = await specOf(tx, guestId);
    const others = spec.nics.filter((one) => one.portId !== portId);
    const nics = others.toSpliced(at, 0, nic);
    await setDesired(tx, guestId, { power: guest.power, spec: { ...spec, nics } }, context.now);
  });
  if (guest?.id === guestId) parts.agents.wake(guest.computeAgentId, [guestId]);
  return done();
}

async function removePort(context: Context, parts: CellParts) {
  const { guestId, portId } = context.params;
  const { read } = parts.database;
  const committed = await context.inTransaction(async (tx) => {
    if (!(await endWithoutPort(tx, context, { guestId, portId }, { fault: null }))) throw superseded();
  });
  const guest = await operatedGuest(read, context.subject, context.now);
  if (guest !== null) wakeForPorts(parts, guest, await bindingsOfGuests(read, [guestId]));
  return committed;
}
