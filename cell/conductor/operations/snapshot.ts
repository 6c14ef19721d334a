import { type Static, Type } from 'typebox';
import { Uuid } from '#platform/objects/scalars.ts';
import { wait } from '#platform/operations/definition.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import type { OperatedGuest } from '../../database/stores/operated-guest.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation, LOOK_AGAIN_MS } from './cell-operation.ts';
import { abandonSave, followSave, type TaskOfSave, tellOfImage, withoutSave } from './follow-save.ts';
import { updateAsOwnerOrRefuse } from './superseded.ts';

/** The save, desired with the operation, and the image that it becomes, of one id. */
const Params = Type.Object({ guestId: Uuid, imageId: Uuid });
export type SnapshotParams = Static<typeof Params>;
type Context = CellContext<SnapshotParams>;

interface Snapshot {
  readonly taskOf: TaskOfSave;
  /** Whether the global tier is told when the image has its bytes. */
  readonly isToBeTold: boolean;
}

const snapshotStep = ({ taskOf, isToBeTold }: Snapshot): CellStep<SnapshotParams> => ({
  name: 'snapshot',
  do: async (context, parts) => {
    const { guest, isUploaded } = await followSave(context, parts, taskOf);
    if (!isUploaded) return wait(LOOK_AGAIN_MS, `host ${guest.hostName} to save and upload the disk`);
    return await finish(context, parts, guest, isToBeTold);
  },
  undo: abandonSave,
  attempts: 20,
});

/** The operation of an action that makes an image of a server's root disk; the server stays as it is. */
export const snapshotOperation = (kind: string, snapshot: Snapshot) =>
  defineCellOperation({
    kind,
    params: Params,
    // Back: the server is as it was all the time, and its user may ask again. Large disks take long to upload.
    deadline: { ms: 6 * 3_600_000, policy: 'back' },
    steps: [snapshotStep(snapshot)],
  });

async function finish(context: Context, parts: CellParts, guest: OperatedGuest, isToBeTold: boolean) {
  const { imageId } = context.params;
  // Its owner shut it down from inside meanwhile: a new generation would start it again.
  const hasEnded = guest.power === 'running' && guest.observedPower === POWER_STATE.shutdown;
  const committed = await context.inTransaction(async (tx) => {
    await updateAsOwnerOrRefuse(tx, context, {
      ...(hasEnded ? { vmState: 'stopped' } : {}),
      ...{ taskState: null, operationId: null, powerState: guest.observedPower, fault: null },
    });
    await withoutSave(tx, hasEnded ? { ...guest, power: 'stopped' } : guest, imageId, context.now);
    if (isToBeTold) await tellOfImage(tx, 'image-saved', context, imageId);
  });
  if (isToBeTold) parts.notices.ring();
  parts.agents.wake(guest.computeAgentId, [guest.id]);
  return committed;
}
