import { cellOf, findCell } from '#platform/directory/cell-doors.ts';
import { getHome, getHomeWithBuild } from '#platform/directory/stores/homes/get-homes.ts';
import type { Home, HomeWithBuild } from '#platform/directory/stores/homes/home.ts';
import { isDeletedInCell } from '#platform/errors/deleted-in-cell.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { outcomeOf } from '#platform/rpc/outcome.ts';
import type { HomeAddress } from '../../caches.ts';
import { isSilence } from '../../cross-cell/ask-cells.ts';
import type { CellDoor, DoorClient } from '../../cross-cell/cell-doors.ts';
import { isAdmitted } from '../../cross-cell/reports-of-cells.ts';
import type { ApiDeps } from '../../deps.ts';
import { isUuid } from '../../http/is-uuid.ts';
import type { ApiRequest } from '../../http/route.ts';
import { instanceBeingReleased, unplacedInstance } from './unplaced-instance.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'sightings'>;
type Asker = Pick<ApiRequest, 'caller' | 'requestId'>;

/**
 * placed: the cell (`cellId`) reported the server. unplaced: no cell has it, not yet or no longer; `instance` is built from the accepted
 * build. silent: its cell does not answer, and only the data of the directory is available.
 */
type FoundServer =
  | { readonly kind: 'placed'; readonly instance: Instance; readonly cellId: string }
  | { readonly kind: 'unplaced'; readonly instance: Instance }
  | { readonly kind: 'silent'; readonly home: HomeWithBuild; readonly cell: CellDoor | undefined };

/** How often a request follows an instance that moves to another cell meanwhile. */
const MAX_MOVES = 3;
const SHOW_DEADLINE_MS = 2_000;

export const serverNotFound = (uuid: string): VolvoxError =>
  new VolvoxError('not-found', `Instance ${uuid} could not be found.`);

/**
 * Looks up a server for reading. It asks the cell directly, and reads the directory only if the cached home is wrong. A server that its cell
 * has deleted is shown as being deleted until the directory has released its ports and quota. A client that gets not-found can use them again.
 * @throws VolvoxError not-found, also for deleted servers, and for servers of other projects unless the caller is an admin.
 */
export async function findServer(deps: Deps, asker: Asker, uuid: string): Promise<FoundServer> {
  const found = await lookUp(deps, asker, uuid);
  const { projectId, deleted } =
    found.kind === 'silent'
      ? { projectId: found.home.projectId, deleted: false }
      : { projectId: found.instance.projectId, deleted: found.instance.vmState === 'deleted' };
  if (deleted || !maySee(asker, projectId)) throw serverNotFound(uuid);
  return found;
}

/** Like `findServer`, for callers that need the full instance. @throws VolvoxError unavailable when the cell does not answer. */
export async function findInstance(deps: Deps, asker: Asker, uuid: string): Promise<Instance> {
  const found = await findServer(deps, asker, uuid);
  if (found.kind === 'silent') throw silentCell(found.cell);
  return found.instance;
}

const WHAT_BECAME_OF_IT = {
  'not-done': ' Nothing was done, and nothing will be: please try again later.',
  unknown: ' It is not known whether the request was carried out: please look at the server when its cell answers.',
} as const;

/** Says what became of a request for a change. `deadline-exceeded` is left for those whose outcome is not known. */
export function silentCell(cell: CellDoor | undefined, cause?: unknown): VolvoxError {
  const outcome = outcomeOf(cause);
  const isOpen = isVolvoxError(cause, 'deadline-exceeded') && outcome !== 'not-done';
  const said = `The cell of this server (${cell?.name ?? 'unknown'}) does not answer now.`;
  const became = outcome === null ? '' : WHAT_BECAME_OF_IT[outcome];
  return new VolvoxError(isOpen ? 'deadline-exceeded' : 'unavailable', `${said}${became}`, {
    cause,
    ...(outcome === null ? {} : { details: { outcome } }),
  });
}

async function lookUp(deps: Deps, asker: Asker, uuid: string): Promise<FoundServer> {
  if (!isUuid(uuid)) throw serverNotFound(uuid);
  const remembered = deps.caches.homes.get(uuid);
  const cell = remembered && deps.cells.find(remembered.cellId);
  let silent: CellDoor | undefined;
  if (cell !== undefined) {
    const instance = await cell.door.getInstance({ uuid }, callOptions(asker)).catch((error: unknown) => {
      if (!hasMoved(error) && !isSilence(error)) throw error;
      if (isSilence(error)) silent = cell;
      deps.caches.homes.delete(uuid);
      return undefined;
    });
    // After the hand-over of a move, the source cell answers for the server a little longer.
    if (instance !== undefined && instance.taskState !== 'migrating' && isRemembered(uuid, instance, remembered))
      return { kind: 'placed', instance, cellId: cell.id };
  }
  for (let moves = 1; ; moves++) {
    const home = await getHomeWithBuild(deps.directory.read, uuid);
    if (home === null) throw serverNotFound(uuid);
    if (home.cellId === null) return { kind: 'unplaced', instance: unplacedInstance(home) };
    const atHome = await findCell(deps.cells, home.cellId);
    if (atHome === undefined || (atHome === silent && home.state === 'placed'))
      return { kind: 'silent', home, cell: atHome };
    try {
      const instance = await atHome.door.getInstance({ uuid }, callOptions(asker));
      if (instance.uuid === uuid && isAdmitted(deps, atHome, instance, home)) {
        const { cellId, epoch, projectId } = home;
        deps.caches.homes.set(uuid, { cellId, epoch, projectId });
        return { kind: 'placed', instance, cellId: atHome.id };
      }
      // It may have moved since the directory was read. A cell that keeps contradicting the directory is not believed.
      if (moves === MAX_MOVES) return { kind: 'silent', home, cell: atHome };
    } catch (error) {
      if (isSilence(error)) {
        if (home.state === 'deleted') throw serverNotFound(uuid);
        return { kind: 'silent', home, cell: atHome };
      }
      if (home.state === 'deleted' && hasMoved(error)) throw serverNotFound(uuid);
      if (isDeletedInCell(error)) return { kind: 'unplaced', instance: instanceBeingReleased(home) };
      const last = moves === MAX_MOVES;
      // Its cell has released a failed build, and the super-conductor is about to place it elsewhere.
      if (last && isVolvoxError(error, 'moved')) return { kind: 'unplaced', instance: unplacedInstance(home) };
      if (!hasMoved(error) || last) throw error;
    }
  }
}

const isRemembered = (uuid: string, instance: Instance, home: HomeAddress | undefined): boolean =>
  instance.uuid === uuid && instance.epoch === home?.epoch && instance.projectId === home.projectId;

/**
 * The answer of a cell about the server that it was asked about. @throws VolvoxError unavailable when the cell answers with another one, or
 * with one of another project.
 */
export function sameServer(
  deps: Pick<Deps, 'caches' | 'sightings'>,
  cell: CellDoor,
  home: Home,
  instance: Instance,
): Instance {
  if (instance.uuid === home.uuid && instance.projectId === home.projectId) return instance;
  isAdmitted(deps, cell, instance, instance.uuid === home.uuid ? home : undefined);
  throw silentCell(cell);
}

/**
 * Calls the door of the server's cell, and follows the server if it gets another home meanwhile. It reads the home from the directory, so
 * nobody can act on a server of another project.
 * @param unplaced handles a server that no cell has; the default refuses the request.
 * @throws VolvoxError not-found as `findServer`; what the door refused.
 */
export async function askHome<A>(
  deps: Deps,
  asker: Asker,
  uuid: string,
  ask: (door: DoorClient, home: Home, cell: CellDoor) => Promise<A>,
  unplaced: (home: Home) => Promise<A> | A = refuseUnplaced,
): Promise<A> {
  let before: Home | null = null;
  for (let moves = 1; ; moves++) {
    const home = isUuid(uuid) ? await getHome(deps.directory.read, uuid) : null;
    if (home === null || home.state === 'deleted' || !maySee(asker, home.projectId)) throw serverNotFound(uuid);
    const cell = home.cellId === null ? null : await cellOf(deps.cells, home.cellId);
    try {
      // The handler of an unplaced server fails with `moved` if a cell has taken the server meanwhile; the loop then asks that cell.
      return await (cell === null ? unplaced(home) : ask(cell.door, home, cell));
    } catch (error) {
      if (cell !== null && isSilence(error)) throw silentCell(cell, error);
      deps.caches.homes.delete(uuid);
      const same = before !== null && before.cellId === home.cellId && before.epoch === home.epoch;
      if (!hasMoved(error) || same || moves === MAX_MOVES) throw error;
      before = home;
    }
  }
}

function refuseUnplaced(home: Home): never {
  const state = home.state === 'buried' ? 'error' : 'building';
  throw new VolvoxError('conflict', `Instance ${home.uuid} is in vm_state ${state} and has no host yet.`);
}

const maySee = (asker: Asker, projectId: string): boolean =>
  asker.caller.isAdmin || projectId === asker.caller.projectId;

const hasMoved = (error: unknown): boolean => isVolvoxError(error, 'moved') || isVolvoxError(error, 'not-found');

const callOptions = (asker: Asker) => ({ deadlineMs: SHOW_DEADLINE_MS, requestId: asker.requestId });
