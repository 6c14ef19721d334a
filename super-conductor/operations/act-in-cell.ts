import type { DirectoryTx } from '#platform/directory/directory.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { done, type StepContext, StepRefused, type StepResult, wait } from '#platform/operations/definition.ts';
import type { GlobalDeps } from '../deps.ts';

/** How soon the cell is asked again, ms. */
const RECHECK_MS = 150;
/** Refusals that stay. */
const FINAL = ['invalid', 'not-found', 'forbidden', 'unsupported'] as const;

interface CellAct {
  /** Of the operation in the cell. */
  readonly id: string;
  readonly kind: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly isAdmin: boolean;
  /** Task states of actions that take turns with this one, or any: it waits for their end. */
  readonly behind: readonly string[] | 'any';
}

/**
 * Has the cell of a server perform an action, and waits for the end of the operation there. To be repeated until it is done.
 * @throws StepRefused with the cell's words when the cell refuses the action, or has undone it.
 * @throws VolvoxError unavailable while the cell does not answer.
 */
export async function actInCell(
  context: StepContext<{ readonly uuid: string }, DirectoryTx>,
  { cells, directory }: Pick<GlobalDeps, 'cells' | 'directory'>,
  { id, kind, params, isAdmin, behind }: CellAct,
): Promise<StepResult> {
  const { uuid } = context.params;
  const { requestId, userId, projectId, signal } = context;
  const home = await getHome(directory.read, uuid);
  if (home === null || home.state !== 'placed' || home.cellId === null) {
    throw new StepRefused(`Instance ${uuid} could not be found.`);
  }
  const cell = cells.find(home.cellId);
  if (cell === undefined) throw new VolvoxError('unavailable', `Cell ${home.cellId} is not known here.`);
  const actor = { userId: userId ?? '', projectId: projectId ?? '', isAdmin, requestId };
  const options = { requestId, signal };
  const begun = await cell.door.getOperation({ id }, options).catch((error: unknown) => {
    if (isVolvoxError(error, 'not-found')) return null;
    throw error;
  });
  if (begun?.state === 'done') return done();
  if (begun?.state === 'undone') throw new StepRefused(begun.message ?? 'The cell could not do it.');
  if (begun !== null) return wait(RECHECK_MS, `cell ${cell.name}`);
  try {
    await cell.door.act({ uuid, operationId: id, kind, params, actor }, options);
  } catch (error) {
    if (isVolvoxError(error, 'conflict') && isBehind(behind, error.details)) {
      return wait(RECHECK_MS, `another action on instance ${uuid}`);
    }
    if (isVolvoxError(error, 'moved')) return wait(RECHECK_MS, `the new home of instance ${uuid}`);
    if (isVolvoxError(error, 'conflict') || FINAL.some((one) => isVolvoxError(error, one))) {
      throw new StepRefused((error as Error).message);
    }
    throw error;
  }
  return wait(RECHECK_MS, `cell ${cell.name}`);
}

const isBehind = (behind: CellAct['behind'], { attribute, state }: VolvoxError['details']): boolean =>
  behind === 'any' ? attribute === 'task_state' : behind.includes(String(state));
