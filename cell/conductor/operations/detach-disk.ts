import { type Static, Type } from 'typebox';
import { AttachedDisk } from '#platform/objects/attached-disk.ts';
import { Uuid } from '#platform/objects/scalars.ts';
import { done } from '#platform/operations/definition.ts';
import { partsOf, setDesired } from '../../database/stores/guests.ts';
import { operatedGuest } from '../../database/stores/operated-guest.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation } from './cell-operation.ts';
import { endWithoutDisk, withDisk } from './disks-of-guest.ts';
import { faultJson } from './fault.ts';
import { untilDisksSettled } from './settle-disks.ts';
import { inLeasedTransaction, superseded, updateAsOwner } from './superseded.ts';

/** The guest, without the disk, was committed with the operation. The disk is what the undo needs. */
const Params = Type.Object({ guestId: Uuid, disk: AttachedDisk });
export type DetachDiskParams = Static<typeof Params>;
type Context = CellContext<DetachDiskParams>;

const takeDisk: CellStep<DetachDiskParams> = { name: 'take-disk', do: take, undo: giveBack, attempts: 20 };

export const detachDisk = defineCellOperation({
  kind: 'detachDisk',
  params: Params,
  // Back: a guest that does not give the disk up keeps it.
  deadline: { ms: 120_000, policy: 'back' },
  steps: [takeDisk],
});

async function take(context: Context, parts: CellParts) {
  const pending = await untilDisksSettled(context, parts, 'take the disk');
  if (pending !== null) return pending;
  return context.inTransaction(async (tx) => {
    if (!(await endWithoutDisk(tx, context, context.params.disk.id, { fault: null }))) throw superseded();
  });
}

async function giveBack(context: Context, parts: CellParts) {
  const { guestId, disk } = context.params;
  const guest = await operatedGuest(parts.database.read, context.subject, context.now);
  await inLeasedTransaction(parts, context, async (tx) => {
    const fault = faultJson(context.reason, context.now);
    if (!(await updateAsOwner(tx, context, { taskState: null, operationId: null, fault }))) return;
    if (guest?.id !== guestId) return;
    const desired = partsOf(guest);
    const disks = withDisk(desired.disks, disk);
    await setDesired(tx, guestId, { power: guest.power, parts: { ...desired, disks } }, context.now);
  });
  if (guest?.id === guestId) parts.agents.wake(guest.computeAgentId, [guestId]);
  return done();
}
