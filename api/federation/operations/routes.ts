import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { ROUTE_BUILD } from '#platform/directory/stores/instance-homes.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { OPERATION_STATES, type OperationView } from '#platform/objects/operation.ts';
import { oneOf, Uuid } from '#platform/objects/scalars.ts';
import { resolveOperation } from '#platform/operations/resolve.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import type { OperationRow } from '#platform/operations/store.ts';
import { viewOperation } from '#platform/operations/view.ts';
import { askCells, LIST_DEADLINE_MS } from '../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../deps.ts';
import { askedCells } from '../asked-cells.ts';

const OperationsQuery = Type.Object(
  {
    /** The instance, or whatever else the operation is about. */
    subject: Type.Optional(Type.String({ maxLength: 64 })),
    state: Type.Optional(oneOf(OPERATION_STATES)),
    /** Only those that have not ended and are past their deadline. */
    overdue: Type.Optional(Type.Boolean()),
    /** A cell's id or name, or `global`. */
    cell: Type.Optional(Type.String()),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  },
  { additionalProperties: false },
);
type OperationsQuery = Static<typeof OperationsQuery>;
const OperationParams = Type.Object({ id: Uuid });
type OperationParams = Static<typeof OperationParams>;
const ResolveBody = Type.Object({ direction: oneOf(['forward', 'back'] as const) }, { additionalProperties: false });
type ResolveBody = Static<typeof ResolveBody>;

const GLOBAL = 'global';
const DEFAULT_LIMIT = 100;

type Placed = OperationView & { readonly cell: string };

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'clock' | 'waker'>;

/** Operations of the global tier (from the directory; `cell` is `global`) and of the cells, newest first. */
export function operationRoutes(api: FastifyInstance, { directory, cells, clock, waker }: Deps): void {
  const store = createSqlOperationStore(directory);
  const globally = (row: OperationRow): Placed => ({ ...viewOperation(row, undefined, clock.now()), cell: GLOBAL });

  /** The operation in the cell that has it. @throws VolvoxError not-found, naming the cells that did not answer. */
  const findInCells = async (id: string) => {
    const { answers, silent } = await askCells(cells.all(), ({ door }) =>
      door.getOperation({ id }, { deadlineMs: LIST_DEADLINE_MS }).catch((error) => {
        if (isVolvoxError(error, 'not-found')) return null;
        throw error;
      }),
    );
    for (const { cell, answer } of answers) if (answer !== null) return { cell, operation: answer };
    const unsure = silent.length === 0 ? '' : ` (${silent.map((cell) => cell.name).join(', ')} did not answer)`;
    throw new VolvoxError('not-found', `Operation ${id} could not be found${unsure}.`);
  };

  api.get<{ Querystring: OperationsQuery }>(
    '/v1/operations',
    { schema: { querystring: OperationsQuery } },
    async ({ query: { subject, state, overdue = false, cell: wanted, limit = DEFAULT_LIMIT } }) => {
      const filter = {
        ...(subject === undefined ? {} : { subject }),
        ...(state === undefined ? {} : { state }),
        limit,
      };
      const askedOf = wanted === GLOBAL ? [] : askedCells(cells, wanted);
      const [own, { answers, silent }] = await Promise.all([
        wanted === undefined || wanted === GLOBAL
          ? store.list({ ...filter, ...(overdue ? { overdueAt: clock.now() } : {}) })
          : [],
        askCells(askedOf, ({ door }) =>
          door.listOperations(overdue ? { ...filter, overdue } : filter, { deadlineMs: LIST_DEADLINE_MS }),
        ),
      ]);
      const operations: Placed[] = [
        ...own.map(globally),
        ...answers.flatMap(({ cell, answer }) =>
          answer.operations.filter((one) => one.overdue || !overdue).map((one) => ({ ...one, cell: cell.name })),
        ),
      ];
      operations.sort((a, b) =>
        a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : a.id < b.id ? -1 : 1,
      );
      return { operations: operations.slice(0, limit), silentCells: silent.map((cell) => cell.name) };
    },
  );

  api.get<{ Params: OperationParams }>(
    '/v1/operations/:id',
    { schema: { params: OperationParams } },
    async ({ params: { id } }): Promise<Placed> => {
      const own = await store.get(id);
      if (own !== null) return globally(own);
      const { cell, operation } = await findInCells(id);
      return { ...operation, cell: cell.name };
    },
  );

  /** An operator's word: tried again now, or taken back; see platform/operations/resolve.ts. */
  api.post<{ Params: OperationParams; Body: ResolveBody }>(
    '/v1/operations/:id/resolve',
    { schema: { params: OperationParams, body: ResolveBody } },
    async ({ params: { id }, body: { direction }, context }): Promise<Placed> => {
      if ((await store.get(id)) !== null) {
        const row = await resolveOperation(store, { id, direction, by: context.userId }, clock.now());
        void waker.wake(ROUTE_BUILD.queue, [id]);
        return globally(row);
      }
      const { cell } = await findInCells(id);
      const { userId, projectId, isAdmin, requestId } = context;
      const actor = { userId, projectId: projectId ?? '', isAdmin, requestId };
      return { ...(await cell.door.resolveOperation({ id, direction, actor }, { requestId })), cell: cell.name };
    },
  );
}
