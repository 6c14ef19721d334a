import { askToDelete } from '#platform/contracts/ask-to-delete.ts';
import { DELETE_ARRIVED, type DeleteArrivedParams } from '#platform/contracts/global-operations.ts';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { requestDelete } from '#platform/directory/stores/homes/deleting.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import { beginOperations } from '#platform/directory/stores/operations.ts';
import { isVolvoxError, messageOf } from '#platform/errors/volvox-error.ts';
import { defineOperation, done, type StepContext, type StepResult, wait } from '#platform/operations/definition.ts';
import type { GlobalDeps } from '../deps.ts';

type Context = StepContext<DeleteArrivedParams, DirectoryTx>;

/** How soon a silent cell is asked again, ms. */
const RECHECK_MS = 1_000;

export const deleteArrived = defineOperation<typeof DELETE_ARRIVED.params, GlobalDeps, DirectoryTx>({
  ...DELETE_ARRIVED,
  steps: [
    // No way back from what the user wants: it is asked until the cell answers, however late that is.
    { name: 'decided', do: async () => done(), undo: { reason: 'nothing was done yet' }, pointOfNoReturn: true },
    { name: 'tell-the-cell', do: tellTheCell, undo: { reason: 'what the user deleted stays deleted' } },
  ],
});

/**
 * In the transaction that records the home. Due at once. For good: the user deleted a server that was never active yet, or was told by the
 * old cell of a move that it is deleted; a server that such a delete leaves to be restored waits in its cell for the end of the move.
 */
export async function beginDeletingArrived(
  tx: DirectoryTx,
  parent: Pick<StepContext<{ uuid: string }, DirectoryTx>, 'params' | 'requestId' | 'userId' | 'projectId'>,
  placed: { readonly cellId: string },
  now: number,
): Promise<void> {
  const { requestId, userId, projectId } = parent;
  const { uuid } = parent.params;
  const params = { uuid, cellId: placed.cellId, isForced: true };
  await beginOperations(tx, DELETE_ARRIVED, [{ subject: uuid, params, requestId, userId, projectId }], now);
}

async function tellTheCell(context: Context, { cells, directory, clock }: GlobalDeps): Promise<StepResult> {
  const { operationId, requestId, userId, projectId, params, log } = context;
  const { isAdmin = true } = params;
  const actor = { userId: userId ?? '', projectId: projectId ?? '', isAdmin, requestId };
  const home = await getHome(directory.read, params.uuid);
  // It may have moved on since it arrived.
  const cellId = home?.state === 'placed' && home.cellId !== null ? home.cellId : params.cellId;
  const later = wait(RECHECK_MS, `cell ${cellId} to take the delete`);
  const door = cells.find(cellId)?.door;
  if (door === undefined) return later;
  try {
    const asked = { uuid: params.uuid, operationId, params: {}, actor };
    await askToDelete(params, (kind) => door.act({ ...asked, kind }, { requestId }));
    return done();
  } catch (error) {
    if (isVolvoxError(error, 'not-found') || isVolvoxError(error, 'moved')) {
      return (await isGone({ directory, clock }, { ...params, cellId }, error)) ? done() : later;
    }
    if (isLocked(error)) {
      log.warn({ reason: messageOf(error) }, 'the server is locked, and stays');
      return done();
    }
    log.info({ reason: messageOf(error) }, 'the cell was not told yet that this is deleted');
    return later;
  }
}

/**
 * The cell does not have it. If the cell has released a failed build, the home is told that it is to be deleted, and whoever places the build anew
 * finds that there.
 * @returns false while another cell has to be asked, or the release is not recorded yet.
 */
function isGone(
  { directory, clock }: Pick<GlobalDeps, 'directory' | 'clock'>,
  { uuid, cellId }: DeleteArrivedParams,
  error: unknown,
): Promise<boolean> {
  return directory.transaction(async (tx) => {
    const answer = await requestDelete(tx, uuid, clock.now());
    if (answer.outcome !== 'placed') return true;
    return answer.home.cellId === cellId && isVolvoxError(error, 'not-found');
  });
}

/** Its owner locked it before the cell fell silent, and whoever deletes it may not pass the lock. The details of other conflicts name a state. */
const isLocked = (error: unknown): boolean =>
  isVolvoxError(error, 'conflict') && 'method' in error.details && !('state' in error.details);
