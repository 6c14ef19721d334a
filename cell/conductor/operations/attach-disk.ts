import { type Static, Type } from 'typebox';
import { Uuid } from '#platform/objects/scalars.ts';
import { done, wait } from '#platform/operations/definition.ts';
import { partsOf, setDesired } from '../../database/stores/guests.ts';
import { operatedGuest } from '../../database/stores/operated-guest.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation, LOOK_AGAIN_MS } from './cell-operation.ts';
import { endWithoutDisk, withoutDisk } from './disks-of-guest.ts';
import { faultJson } from './fault.ts';
import { isHopeless } from './remove-second-guest.ts';
import { untilDisksSettled } from './settle-disks.ts';
import { inLeasedTransaction, updateAsOwner, updateAsOwnerOrRefuse } from './superseded.ts';

/** The disk, in the build and in the desired state of the guest, was committed with the operation. */
const Params = Type.Object({ guestId: Uuid, diskId: Uuid });
export type AttachDiskParams = Static<typeof Params>;
type Context = CellContext<AttachDiskParams>;

const plugDisk: CellStep<AttachDiskParams> = { name: 'plug-disk', do: plug, undo: takeBack, attempts: 20 };

export const attachDisk = defineCellOperation({
  kind: 'attachDisk',
  params: Params,
  // Back: the service waits for it, and is told that the host does not have the disk.
  deadline: { ms: 120_000, policy: 'back' },
  steps: [plugDisk],
});

async function plug(context: Context, parts: CellParts) {
  const pending = await untilDisksSettled(context, parts, 'plug the disk');
  if (pending !== null) return pending;
  return context.inTransaction((tx) =>
    updateAsOwnerOrRefuse(tx, context, { taskState: null, operationId: null, fault: null }),
  );
}

/**
 * The guest gives the disk up again, if it has it. The build keeps it until then, unless the agent is silent or fails: the desired
 * state stays, and the agent reaches it later.
 */
async function takeBack(context: Context, parts: CellParts) {
  const { guestId, diskId } = context.params;
  const guest = await operatedGuest(parts.database.read, context.subject, context.now);
  if (guest !== null && guest.operationId !== context.operationId) return done();
  if (guest?.id === guestId) {
    const desired = partsOf(guest);
    const isAsked = desired.disks.some(({ id }) => id === diskId);
    if (isAsked) {
      await inLeasedTransaction(parts, context, async (tx) => {
        if (!(await updateAsOwner(tx, context, {}))) return;
        const disks = withoutDisk(desired.disks, diskId);
        await setDesired(tx, guestId, { power: guest.power, parts: { ...desired, disks } }, context.now);
      });
    }
    if (isAsked || !(guest.settled || !guest.hostAnswers || isHopeless(guest, context.now))) {
      parts.agents.wake(guest.computeAgentId, [guestId]);
      return wait(LOOK_AGAIN_MS, `host ${guest.hostName} to release the disk`);
    }
  }
  await inLeasedTransaction(parts, context, (tx) =>
    endWithoutDisk(tx, context, diskId, { fault: faultJson(context.reason, context.now) }),
  );
  return done();
}
