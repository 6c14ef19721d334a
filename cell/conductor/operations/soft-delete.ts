import { type Static, Type } from 'typebox';
import { DESIRED_POWERS } from '#platform/objects/guest.ts';
import { GuestParts } from '#platform/objects/guest-parts.ts';
import { oneOf, Uuid } from '#platform/objects/scalars.ts';
import { StepRefused, wait } from '#platform/operations/definition.ts';
import { moment } from '../../database/moment.ts';
import { operatedGuest } from '../../database/stores/operated-guest.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation, LOOK_AGAIN_MS } from './cell-operation.ts';
import { troubleOf } from './guest-trouble.ts';
import { desireAsBefore } from './settle-guest.ts';
import { superseded, updateAsOwnerOrRefuse } from './superseded.ts';

/** The guest, with its desired power and parts before. That it stops was committed with the operation. */
const Params = Type.Object({ guestId: Uuid, before: oneOf(DESIRED_POWERS), partsBefore: GuestParts });
export type SoftDeleteParams = Static<typeof Params>;

const stop: CellStep<SoftDeleteParams> = {
  name: 'stop',
  do: stopThenKeep,
  undo: (context, parts) => {
    const { before, partsBefore } = context.params;
    return desireAsBefore(context, parts, { power: before, parts: partsBefore });
  },
  attempts: 20,
};

/** Stops the guest. From the end of the operation the time counts that the server can be restored. */
export const softDelete = defineCellOperation({
  kind: 'softDelete',
  params: Params,
  // Back: a server that its host cannot stop is as it was, with the reason as its fault; its user may force the delete.
  deadline: { ms: 600_000, policy: 'back' },
  steps: [stop],
});

/** The step does not wait for a host that is down: its agent stops the guest when it comes back. */
async function stopThenKeep(context: CellContext<SoftDeleteParams>, parts: CellParts) {
  const guest = await operatedGuest(parts.database.read, context.subject, context.now);
  if (guest === null || guest.operationId !== context.operationId) throw superseded();
  context.at(guest.hostName);
  if (guest.settled || !guest.hostUp) {
    const kept = await context.inTransaction((tx) =>
      updateAsOwnerOrRefuse(tx, context, {
        ...{ vmState: 'soft-delete', taskState: null, operationId: null, powerState: guest.observedPower, fault: null },
        softDeletedAt: moment(context.now),
      }),
    );
    parts.notices.ring();
    return kept;
  }
  const trouble = troubleOf(guest);
  if (trouble !== null) throw new StepRefused(trouble);
  parts.agents.wake(guest.computeAgentId, [guest.id]);
  return wait(LOOK_AGAIN_MS, `host ${guest.hostName} to stop the guest`);
}
