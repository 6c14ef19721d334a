import type { FastifyInstance } from 'fastify';
import { namesOfServers } from '#platform/directory/stores/instance-homes.ts';
import { MOVE_SERVER } from '#platform/directory/stores/moves.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { resolveOperation } from '#platform/operations/resolve.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import type { OperationRow } from '#platform/operations/store.ts';
import { isSilence, LIST_DEADLINE_MS } from '../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../deps.ts';
import { askedCells } from '../asked-cells.ts';
import { beginMove } from './begin-move.ts';
import { expectedTime, PAST_MOVES } from './expected-time.ts';
import { paramsOf } from './move-parameters.ts';
import { planMove } from './plan-move.ts';
import { MoveParams, MovesQuery, NewMoveBody } from './schema.ts';
import { viewMove, viewPlan } from './view.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'clock' | 'waker' | 'scheduler'>;

const DEFAULT_LIMIT = 100;
/** Among so many of the newest the moves of one cell are looked for. */
const MOST_LOOKED_THROUGH = 1_000;

/** Moves of servers between cells: each is an operation of the global tier. See docs/moves.md. */
export function moveRoutes(api: FastifyInstance, deps: Deps): void {
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
  const show = async (row: OperationRow) => {
    const [live, context] = await Promise.all([statusInTarget(deps, row), contextFor([row])]);
    return { move: viewMove(row, live, context) };
  };

  api.get<{ Querystring: MovesQuery }>(
    '/v1/moves',
    { schema: { querystring: MovesQuery } },
    async ({ query: { server: subject, state, cell, limit = DEFAULT_LIMIT } }) => {
      const [only] = cell === undefined ? [] : askedCells(cells, cell);
      const rows = await store.list({ kind, subject, state, limit: only === undefined ? limit : MOST_LOOKED_THROUGH });
      const wanted = rows.filter((row) => {
        const { fromCellId, toCellId } = paramsOf(row);
        return only === undefined || fromCellId === only.id || toCellId === only.id;
      });
      const page = wanted.slice(0, limit);
      const context = await contextFor(page);
      return { moves: page.map((row) => viewMove(row, null, context)) };
    },
  );

  api.post<{ Body: NewMoveBody }>('/v1/moves', { schema: { body: NewMoveBody } }, async (request, reply) => {
    const { server, cell, host = null, dryRun = false } = request.body;
    const { requestId } = request.context;
    const plan = await planMove(deps, { server, cell, host, requestId });
    if (dryRun) {
      const bytes = plan.estimate.disks.reduce((sum, disk) => sum + disk.bytes, 0);
      const past = await store.list({ kind, state: 'done', limit: PAST_MOVES });
      return { move: viewPlan(plan, expectedTime(bytes, past)) };
    }
    const id = await beginMove(deps, plan, request.context);
    request.log.info({ requestId, move: id, server, from: plan.from.name, to: plan.to.name }, 'move accepted');
    return reply
      .code(202)
      .header('location', `/federation/v1/moves/${id}`)
      .send(await show(await find(id)));
  });

  api.get<{ Params: MoveParams }>('/v1/moves/:id', { schema: { params: MoveParams } }, async ({ params: { id } }) =>
    show(await find(id)),
  );

  /** Before the hand-over: the server runs in its old cell again. @throws conflict after it, and when the move is over. */
  api.post<{ Params: MoveParams }>(
    '/v1/moves/:id/abort',
    { schema: { params: MoveParams } },
    async ({ params: { id }, context }, reply) => {
      await find(id);
      const row = await resolveOperation(store, { id, direction: 'back', by: context.userId }, clock.now());
      void waker.wake(MOVE_SERVER.queue, [id]);
      return reply.code(202).send(await show(row));
    },
  );
}

/** What the target cell says of its part now; null when it does not answer, or is too old to know. */
async function statusInTarget({ cells }: Pick<Deps, 'cells'>, row: OperationRow) {
  const door = cells.find(paramsOf(row).toCellId)?.door;
  if (door === undefined) return null;
  try {
    return await door.moveInStatus({ moveId: row.id }, { deadlineMs: LIST_DEADLINE_MS });
  } catch (error) {
    if (isSilence(error) || (error instanceof VolvoxError && error.kind !== 'internal')) return null;
    throw error;
  }
}
