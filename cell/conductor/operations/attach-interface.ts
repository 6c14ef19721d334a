import { type Static, Type } from 'typebox';
import { Uuid } from '#platform/objects/scalars.ts';
import { done, StepRefused, wait } from '#platform/operations/definition.ts';
import { setDesired, specOf } from '../../database/stores/guests.ts';
import { operatedGuest } from '../../database/stores/operated-guest.ts';
import { bindingsOfGuests } from '../../database/stores/port-bindings.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation, LOOK_AGAIN_MS } from './cell-operation.ts';
import { faultJson } from './fault.ts';
import { troubleOf } from './guest-trouble.ts';
import { endWithoutPort, wakeForPorts } from './ports-of-guest.ts';
import { inLeasedTransaction, superseded, updateAsOwnerOrRefuse } from './superseded.ts';

/** The binding of the port and the guest's network card were committed with the operation. */
const Params = Type.Object({ guestId: Uuid, portId: Uuid });
export type AttachInterfaceParams = Static<typeof Params>;
type Context = CellContext<AttachInterfaceParams>;

const plug: CellStep<AttachInterfaceParams> = { name: 'plug', do: plugPort, undo: unplugPort, attempts: 20 };

export const attachInterface = defineCellOperation({
  kind: 'attachInterface',
  params: Params,
  // Back: the caller has waited for it, and has been told that it failed.
  deadline: { ms: 120_000, policy: 'back' },
  steps: [plug],
});

async function plugPort(context: Context, parts: CellParts) {
  const { read } = parts.database;
  const guest = await operatedGuest(read, context.subject, context.now);
  if (guest === null || guest.operationId !== context.operationId) throw superseded();
  context.at(guest.hostName);
  // What another port of the server lacks is not this one's trouble.
  const bindings = (await bindingsOfGuests(read, [guest.id])).filter(
    ({ portId, parentPortId }) => (parentPortId ?? portId) === context.params.portId,
  );
  if (guest.settled && bindings.every(({ settled }) => settled)) {
    return context.inTransaction((tx) =>
      updateAsOwnerOrRefuse(tx, context, { taskState: null, operationId: null, fault: null }),
    );
  }
  const trouble = [guest, ...bindings].map(troubleOf).find((message) => message !== null);
  if (trouble !== undefined && trouble !== null) throw new StepRefused(trouble);
  wakeForPorts(parts, guest, bindings);
  return wait(LOOK_AGAIN_MS, `host ${guest.hostName} to plug the port`);
}

/** The guest gives the card up again, if it has it; the port goes from the host whether or not it does. */
async function unplugPort(context: Context, parts: CellParts) {
  const { guestId, portId } = context.params;
  const { read } = parts.database;
  const guest = await operatedGuest(read, context.subject, context.now);
  const isMine = await inLeasedTransaction(parts, context, async (tx) => {
    const fault = faultJson(context.reason, context.now);
    if (!(await endWithoutPort(tx, context, { guestId, portId }, { fault }))) return false;
    const spec = await specOf(tx, guestId);
    const nics = spec.nics.filter((nic) => nic.portId !== portId);
    if (guest !== null) await setDesired(tx, guestId, { power: guest.power, spec: { ...spec, nics } }, context.now);
    return true;
  });
  if (isMine && guest !== null) {
    wakeForPorts(parts, guest, await bindingsOfGuests(read, [guestId]));
    parts.agents.wake(guest.computeAgentId, [guestId]);
  }
  return done();
}
