import type { MoveEstimate } from '#platform/contracts/door-moves.ts';
import type { Decision } from '#platform/contracts/scheduler.ts';
import { schedulingRequestOf } from '#platform/contracts/scheduling-request.ts';
import { cellOf } from '#platform/directory/cell-doors.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import type { Home } from '#platform/directory/stores/homes/home.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Host } from '#platform/objects/host.ts';
import type { CallOptions } from '#platform/rpc/client.ts';
import { isSilence, type Reader, readOptions } from '../cross-cell/ask-cells.ts';
import type { CellDoor } from '../cross-cell/cell-doors.ts';
import type { ApiDeps } from '../deps.ts';
import { noCapacity } from './no-capacity.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'scheduler'>;

interface MoveRequest extends Reader {
  /** The server's uuid. */
  readonly server: string;
  /** The id or name of the target cell. */
  readonly cell: string;
  /** The name of a host in the target cell; null: the scheduler chooses. */
  readonly host: string | null;
}

/** The plan of a move. Planning changes nothing. */
export interface MovePlan {
  readonly home: Home;
  readonly from: CellDoor;
  readonly to: CellDoor;
  /** The name of the requested host. */
  readonly host: string | null;
  readonly estimate: MoveEstimate;
  readonly decision: Decision;
  /** The hosts of the target cell, by id. */
  readonly hosts: ReadonlyMap<string, Host>;
  /** Why the move cannot start now; null: it can. */
  readonly refusal: VolvoxError | null;
}

/** The number of alternates; the target cell tries them when the first host fails to prepare the guest. */
const ALTERNATES = 3;
const DEADLINE_MS = 5_000;
/** A move that no cell has. A request for it shows whether the release of a cell supports moves. */
const NO_MOVE = '00000000-0000-4000-8000-000000000000';

/**
 * Plans a move with both cells and the scheduler. It throws when the request itself is wrong. Obstacles that may pass become the `refusal` of
 * the plan, so that a dry run can show them with everything else.
 * @throws VolvoxError not-found (server); invalid with `details.field` (cell, host); conflict (in no cell yet, or already in the target cell);
 * unavailable when one of the cells or the scheduler does not answer.
 */
export async function planMove(deps: Deps, requested: MoveRequest): Promise<MovePlan> {
  const home = await homeOf(deps, requested.server);
  const to = cellNamed(deps, requested.cell);
  const from = await cellOf(deps.cells, home.cellId);
  if (from.id === to.id) {
    throw new VolvoxError('conflict', `cell: server ${home.uuid} is in ${to.name} already.`, { details: FIELD.cell });
  }
  const { requestId, signal } = requested;
  const options = readOptions(requested, DEADLINE_MS);
  const [estimate, hosts] = await Promise.all([
    asked(from, from.door.estimateMove({ uuid: home.uuid }, options)),
    asked(to, hostsOf(to, options)),
  ]);
  const { uuid, projectId } = estimate.instance;
  if (uuid !== home.uuid || projectId !== home.projectId) {
    throw new VolvoxError('unavailable', `Cell ${from.name} answers for another server than ${home.uuid}.`);
  }
  if (requested.host !== null && ![...hosts.values()].some(isCalled(requested.host))) {
    throw new VolvoxError('invalid', `host: ${to.name} has no host ${requested.host}.`, { details: FIELD.host });
  }
  const request = schedulingRequestOf(estimate.instance, {
    requestId,
    alternates: ALTERNATES,
    onlyCellId: to.id,
    requestedHost: requested.host,
  });
  const { decisions } = await deps.scheduler.schedule({ requests: [request] }, { requestId, signal });
  const [decision] = decisions;
  if (decision === undefined) throw new VolvoxError('unavailable', 'The scheduler returned no decision.');
  const plan = { home, from, to, host: requested.host, estimate, decision, hosts };
  return { ...plan, refusal: refusalOf(plan) };
}

const FIELD = { cell: { field: 'cell' }, host: { field: 'host' } } as const;

const isCalled =
  (name: string) =>
  (host: Host): boolean =>
    host.name === name || host.node === name;

async function homeOf({ directory }: Deps, uuid: string): Promise<Home & { readonly cellId: string }> {
  const home = await getHome(directory.read, uuid);
  if (home === null || home.state === 'deleted') {
    throw new VolvoxError('not-found', `Server ${uuid} could not be found.`, { details: { field: 'server' } });
  }
  if (home.state !== 'placed' || home.cellId === null) {
    throw new VolvoxError('conflict', `Server ${uuid} is in no cell yet.`, { details: { field: 'server' } });
  }
  return { ...home, cellId: home.cellId };
}

function cellNamed({ cells }: Deps, idOrName: string): CellDoor {
  const found = cells.all().find(({ id, name }) => id === idOrName || name === idOrName);
  if (found !== undefined) return found;
  throw new VolvoxError('invalid', `cell: cell ${idOrName} does not exist.`, { details: FIELD.cell });
}

/** Lists the hosts of a cell. @throws VolvoxError unsupported when its release has no moves. */
async function hostsOf({ door }: CellDoor, options: CallOptions): Promise<ReadonlyMap<string, Host>> {
  const supportsMoves = door.moveInStatus({ moveId: NO_MOVE }, options).catch((error: unknown) => {
    if (!isVolvoxError(error, 'not-found')) throw error;
  });
  const [{ hosts }] = await Promise.all([door.listHosts({}, options), supportsMoves]);
  return new Map(hosts.map((host) => [host.id, host]));
}

async function asked<A>(cell: CellDoor, answer: Promise<A>): Promise<A> {
  try {
    return await answer;
  } catch (error) {
    if (isSilence(error))
      throw new VolvoxError('unavailable', `Cell ${cell.name} does not answer now.`, { cause: error });
    if (isVolvoxError(error, 'unsupported'))
      throw new VolvoxError('conflict', `Cell ${cell.name} runs a release that cannot move servers.`, {
        cause: error,
      });
    throw error;
  }
}

function refusalOf({ home, to, estimate, decision }: Omit<MovePlan, 'refusal'>): VolvoxError | null {
  if (home.moving !== null) {
    const move = home.moving.operationId;
    return new VolvoxError('conflict', `Server ${home.uuid} is already being moved (move ${move}).`, {
      details: { field: 'server', move },
    });
  }
  if (estimate.refusal !== null) return new VolvoxError('conflict', estimate.refusal, { details: { field: 'server' } });
  if (!to.enabled)
    return new VolvoxError('conflict', `cell: ${to.name} is disabled and accepts no servers.`, { details: FIELD.cell });
  return decision.candidates.length > 0 ? null : noCapacity(to.name, decision);
}
