import { type Static, Type } from 'typebox';
import { DESIRED_POWERS } from '#platform/objects/guest.ts';
import { oneOf, Uuid } from '#platform/objects/scalars.ts';
import { wait } from '#platform/operations/definition.ts';
import { markAbsent } from '../../database/stores/guests.ts';
import type { OperatedGuest } from '../../database/stores/operated-guest.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation, LOOK_AGAIN_MS } from './cell-operation.ts';
import { abandonSave, followSave, withoutSave } from './follow-save.ts';
import { OFFLOADED } from './offloaded.ts';
import { updateAsOwnerOrRefuse } from './superseded.ts';

/** The guest, its desired power before, and the save and the image that it becomes. That it stops and is saved was committed with the operation. */
const Params = Type.Object({ guestId: Uuid, imageId: Uuid, before: oneOf(DESIRED_POWERS) });
export type ShelveParams = Static<typeof Params>;
type Context = CellContext<ShelveParams>;

const step: CellStep<ShelveParams> = {
  name: 'shelve',
  do: async (context, parts) => {
    const { guest, isUploaded } = await followSave(context, parts, (state) =>
      state === 'saved' || state === 'uploaded' ? 'shelving_image_uploading' : 'shelving',
    );
    if (!isUploaded)
      return wait(LOOK_AGAIN_MS, `host ${guest.hostName} to stop the guest, and save and upload its disk`);
    return await finish(context, parts, guest);
  },
  undo: (context, parts) => abandonSave(context, parts, context.params.before),
  attempts: 20,
};

/** Stops a server and makes an image of its disk; if shelved servers leave their host at once, its guest is given up in the last transaction. */
export const shelve = defineCellOperation({
  kind: 'shelve',
  params: Params,
  // Back: until the image has its bytes the guest is whole, and the user gets the server as it was.
  deadline: { ms: 6 * 3_600_000, policy: 'back' },
  steps: [step],
});

async function finish(context: Context, parts: CellParts, guest: OperatedGuest) {
  const isLeaving = parts.settings.shelvedOffloadSeconds === 0;
  const committed = await context.inTransaction(async (tx) => {
    const shelved = {
      vmState: 'shelved',
      taskState: null,
      operationId: null,
      powerState: guest.observedPower,
    } as const;
    await updateAsOwnerOrRefuse(tx, context, { ...(isLeaving ? OFFLOADED : shelved), fault: null });
    if (isLeaving) await markAbsent(tx, context.subject, context.now, guest.id);
    else await withoutSave(tx, guest, context.params.imageId, context.now);
  });
  parts.agents.wake(guest.computeAgentId, [guest.id]);
  return committed;
}
