import { MOVE_SERVER } from '#platform/contracts/global-operations.ts';
import { namesOfServers } from '#platform/directory/stores/homes/get-homes.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { OperationState } from '#platform/objects/operation.ts';
import { resolveOperation } from '#platform/operations/resolve.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import type { OperationRow } from '#platform/operations/store.ts';
import { isSilence, type Reader, readOptions } from '../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../deps.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { lastOf } from '../../http/query.ts';
import { Answer, type Route, route } from '../../http/route.ts';
import { beginMove } from '../../moves/begin-move.ts';
import { expectedTime, PAST_MOVES } from '../../moves/expected-time.ts';
import { paramsOfMove } from '../../moves/params-of-move.ts';
import { planMove } from '../../moves/plan-move.ts';
import { askedCells } from '../asked-cells.ts';
import { DEFAULT_LIMIT } from '../request-types.ts';
import { ABORT_MOVE, BEGIN_MOVE, LIST_MOVES, SHOW_MOVE } from './policy.ts';
import {
  beginMoveResponse,
  listMovesQuery,
  listMovesResponse,
  moveResponse,
  type NewMove,
  newMoveBody,
} from './schema.ts';
import { viewMove, viewPlan } from './view.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'clock' | 'waker' | 'scheduler'>;

/** The number of most recent moves among which a filter by cell searches. */
const MAX_SEARCHED = 1_000;

/** Moves of servers between cells. Each move is an operation of the global tier. See docs/moves.md. */
export function moveRoutes(deps: Deps): readonly Route[] {
  const { directory, cells, clock, waker } = deps;
  const store = createSqlOperationStore(directory);
  const { kind } = MOVE_SERVER;

  const find = async (id: string): Promise<OperationRow> => {
    const row = await store.get(id);
    if (row?.kind !== kind) throw new VolvoxError('not-found', `Move ${id} could not be found.`);
    return row;
  };
  const contextFor = async (rows: readonly OperationRow[]) => {
    const names = await namesOfServers(
      directory.read,
      rows.map(({ subject }) => subject),
    );
    return { cells, names, now: clock.now() };
  };
  const show = async (row: OperationRow, reader: Reader) => {
    const [live, context] = await Promise.all([statusInTarget(deps, row, reader), contextFor([row])]);
    return { move: viewMove(row, live, context) };
  };

  return [
    route({
      method: 'GET',
      path: '/v1/moves',
      summary: 'Lists moves, newest first.',
      policy: LIST_MOVES,
      query: listMovesQuery,
      response: listMovesResponse,
      handle: async ({ query }) => {
        const cell = lastOf(query, 'cell');
        const limit = Number(lastOf(query, 'limit') ?? DEFAULT_LIMIT);
        const state = lastOf(query, 'state') as OperationState | undefined;
        const [only] = cell === undefined ? [] : askedCells(cells, cell);
        const filter = { kind, subject: lastOf(query, 'server'), state };
        const rows = await store.list({ ...filter, limit: only === undefined ? limit : MAX_SEARCHED });
        const matching = rows.filter((row) => {
          const { fromCellId, toCellId } = paramsOfMove(row);
          return only === undefined || fromCellId === only.id || toCellId === only.id;
        });
        const page = matching.slice(0, limit);
        const context = await contextFor(page);
        return { moves: page.map((row) => viewMove(row, null, context)) };
      },
    }),
    route<NewMove>({
      method: 'POST',
      path: '/v1/moves',
      summary: 'Starts to move a server to another cell. A dry run only shows the plan.',
      policy: BEGIN_MOVE,
      body: newMoveBody,
      status: [202, 200],
      response: beginMoveResponse,
      handle: async (request) => {
        const { body, caller, log, requestId, signal } = request;
        const { server, cell, host = null, dryRun = false } = body;
        const plan = await planMove(deps, { server, cell, host, requestId, signal });
        if (dryRun) {
          const bytes = plan.estimate.disks.reduce((sum, disk) => sum + disk.bytes, 0);
          const past = await store.list({ kind, state: 'done', limit: PAST_MOVES });
          return new Answer(200, { move: viewPlan(plan, expectedTime(bytes, past)) });
        }
        const id = await beginMove(deps, plan, caller);
        log.info({ requestId, move: id, server, from: plan.from.name, to: plan.to.name }, 'move accepted');
        return new Answer(202, await show(await find(id), request), { location: `/federation/v1/moves/${id}` });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/moves/:id',
      summary: 'Shows a move with the current progress in its target cell.',
      policy: SHOW_MOVE,
      query: noQuery,
      response: moveResponse,
      handle: async (request) => show(await find(request.params.id ?? ''), request),
    }),
    route({
      method: 'POST',
      path: '/v1/moves/:id/abort',
      summary:
        'Aborts a move before its hand-over: the server runs in its source cell again. Answers 409 after the hand-over.',
      policy: ABORT_MOVE,
      query: noQuery,
      status: 202,
      response: moveResponse,
      handle: async (request) => {
        const {
          params: { id = '' },
          caller,
        } = request;
        await find(id);
        const row = await resolveOperation(store, { id, direction: 'back', by: caller.userId }, clock.now());
        void waker.wake(MOVE_SERVER.queue, [id]);
        return show(row, request);
      },
    }),
  ];
}

/** The status of the move in the target cell; null when the cell does not answer, or its release has no moves. */
async function statusInTarget({ cells }: Pick<Deps, 'cells'>, row: OperationRow, reader: Reader) {
  const door = cells.find(paramsOfMove(row).toCellId)?.door;
  if (door === undefined) return null;
  try {
    return await door.moveInStatus({ moveId: row.id }, readOptions(reader));
  } catch (error) {
    if (isSilence(error) || (error instanceof VolvoxError && error.kind !== 'internal')) return null;
    throw error;
  }
}
