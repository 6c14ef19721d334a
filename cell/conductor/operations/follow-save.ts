import { fromJson } from '#platform/database/json-column.ts';
import type { DesiredPower } from '#platform/objects/guest.ts';
import type { ObservedParts, ObservedSave } from '#platform/objects/guest-parts.ts';
import { done, StepRefused } from '#platform/operations/definition.ts';
import type { TaskState } from '#platform/states/task-state.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { type GuestOnHost, partsOf, setDesired } from '../../database/stores/guests.ts';
import { epochOf } from '../../database/stores/instance-epochs.ts';
import { findInstance } from '../../database/stores/instances.ts';
import { insertNotice } from '../../database/stores/notices.ts';
import { type OperatedGuest, operatedGuest } from '../../database/stores/operated-guest.ts';
import type { CellParts } from '../parts.ts';
import type { CellContext } from './cell-operation.ts';
import { faultJson } from './fault.ts';
import { finalError } from './guest-trouble.ts';
import { inLeasedTransaction, superseded, updateAsOwner, updateAsOwnerOrRefuse } from './superseded.ts';

interface SavingParams {
  readonly guestId: string;
  /** Of the save, and of the image that it becomes. */
  readonly imageId: string;
}

/** An upload outlives an image service that is away for some time: the agent tries again every half minute at the end. */
const MAX_ERRORS = 40;

/** The task state of the instance while its save is so far; null: nothing of it is there yet. */
export type TaskOfSave = (state: ObservedSave['state'] | null) => TaskState;

/** How far the agent is with the save; null: it has not begun, or not told. */
function stateOfSave(
  { observedParts }: Pick<OperatedGuest, 'observedParts'>,
  saveId: string,
): ObservedSave['state'] | null {
  const observed = observedParts === null ? null : fromJson<ObservedParts>(observedParts);
  return observed?.saves?.find((save) => save.saveId === saveId)?.state ?? null;
}

/**
 * Looks at the guest whose disk is being saved, and tells users how far it is.
 * @returns the guest, once its save is uploaded and it is settled; the host that it waits for otherwise.
 * @throws StepRefused with the agent's words when there will be no save.
 */
export async function followSave<P extends SavingParams>(
  context: CellContext<P>,
  parts: CellParts,
  taskOf: TaskOfSave,
): Promise<{ readonly guest: OperatedGuest; readonly isUploaded: boolean }> {
  const { read } = parts.database;
  const [guest, instance] = await Promise.all([
    operatedGuest(read, context.subject, context.now),
    findInstance(read, context.subject),
  ]);
  const { guestId, imageId } = context.params;
  if (guest === null || guest.operationId !== context.operationId || guest.id !== guestId) throw superseded();
  context.at(guest.hostName);
  const state = stateOfSave(guest, imageId);
  if (guest.settled && state === 'uploaded') return { guest, isUploaded: true };
  const error = finalError(guest, MAX_ERRORS);
  if (error !== null) throw new StepRefused(error.message);
  if (!guest.hostUp) throw new StepRefused(`Host ${guest.hostName} went down.`);
  const taskState = taskOf(state);
  if (instance !== null && instance.taskState !== taskState) {
    await inLeasedTransaction(parts, context, (tx) => updateAsOwnerOrRefuse(tx, context, { taskState }));
  }
  if (!guest.settled) parts.agents.wake(guest.computeAgentId, [guest.id]);
  return { guest, isUploaded: false };
}

/** The guest, as before, without this save; its agent removes the file. */
export const withoutSave = (
  tx: CellTx,
  guest: Pick<GuestOnHost, 'id' | 'power' | 'parts'>,
  saveId: string,
  now: number,
): Promise<boolean> => {
  const parts = partsOf(guest);
  const saves = parts.saves.filter((save) => save.saveId !== saveId);
  return setDesired(tx, guest.id, { power: guest.power, parts: { ...parts, saves } }, now);
};

/** Tells the global tier what became of an image that it has made for the instance. */
export async function tellOfImage(
  tx: CellTx,
  kind: 'image-saved' | 'image-unneeded',
  { subject, now }: { readonly subject: string; readonly now: number },
  imageId: string,
): Promise<void> {
  await insertNotice(tx, { kind, instanceUuid: subject, epoch: await epochOf(tx, subject), imageId }, now);
}

/**
 * The undo: the instance is as it was, with the reason as its fault; nothing is left of the save, and the image is not needed.
 * @param power of the guest from now on; absent: as desired.
 */
export async function abandonSave<P extends SavingParams>(
  context: CellContext<P>,
  parts: CellParts,
  power?: DesiredPower,
) {
  const { guestId, imageId } = context.params;
  const guest = await operatedGuest(parts.database.read, context.subject, context.now);
  await inLeasedTransaction(parts, context, async (tx) => {
    const fault = faultJson(context.reason, context.now);
    const isMine = await updateAsOwner(tx, context, { taskState: null, operationId: null, fault });
    if (isMine && guest?.id === guestId) {
      await withoutSave(tx, { ...guest, power: power ?? guest.power }, imageId, context.now);
    }
    await tellOfImage(tx, 'image-unneeded', context, imageId);
  });
  parts.notices.ring();
  if (guest?.id === guestId) parts.agents.wake(guest.computeAgentId, [guestId]);
  return done();
}
