import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { OPERATION_STATES, type OperationView } from '#platform/objects/operation.ts';
import { oneOf, Uuid } from '#platform/objects/scalars.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import { viewOperation } from '#platform/operations/view.ts';
import { askCells, LIST_DEADLINE_MS } from '../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../deps.ts';
import { askedCells } from '../asked-cells.ts';

const OperationsQuery = Type.Object(
  {
    /** The instance, or whatever else the operation is about. */
    subject: Type.Optional(Type.String({ maxLength: 64 })),
    state: Type.Optional(oneOf(OPERATION_STATES)),
    /** A cell's id or name, or `global`. */
    cell: Type.Optional(Type.String()),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  },
  { additionalProperties: false },
);
type OperationsQuery = Static<typeof OperationsQuery>;
const OperationParams = Type.Object({ id: Uuid });
type OperationParams = Static<typeof OperationParams>;

const GLOBAL = 'global';
const DEFAULT_LIMIT = 100;

type Placed = OperationView & { readonly cell: string };

/** Operations of the global tier (from the directory; `cell` is `global`) and of the cells, newest first. */
export function operationRoutes(api: FastifyInstance, { directory, cells }: ApiDeps): void {
  const store = createSqlOperationStore(directory);

  api.get<{ Querystring: OperationsQuery }>(
    '/v1/operations',
    { schema: { querystring: OperationsQuery } },
    async ({ query: { subject, state, cell: wanted, limit = DEFAULT_LIMIT } }) => {
      const filter = {
        ...(subject === undefined ? {} : { subject }),
        ...(state === undefined ? {} : { state }),
        limit,
      };
      const askedOf = wanted === GLOBAL ? [] : askedCells(cells, wanted);
      const [own, { answers, silent }] = await Promise.all([
        wanted === undefined || wanted === GLOBAL ? store.list(filter) : [],
        askCells(askedOf, ({ door }) => door.listOperations(filter, { deadlineMs: LIST_DEADLINE_MS })),
      ]);
      const operations: Placed[] = [
        ...own.map((row) => ({ ...viewOperation(row, undefined), cell: GLOBAL })),
        ...answers.flatMap(({ cell, answer }) => answer.operations.map((one) => ({ ...one, cell: cell.name }))),
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
      if (own !== null) return { ...viewOperation(own, undefined), cell: GLOBAL };
      const { answers, silent } = await askCells(cells.all(), ({ door }) =>
        door.getOperation({ id }, { deadlineMs: LIST_DEADLINE_MS }).catch((error) => {
          if (isVolvoxError(error, 'not-found')) return null;
          throw error;
        }),
      );
      for (const { cell, answer } of answers) if (answer !== null) return { ...answer, cell: cell.name };
      const unsure = silent.length === 0 ? '' : ` (${silent.map((cell) => cell.name).join(', ')} did not answer)`;
      throw new VolvoxError('not-found', `Operation ${id} could not be found${unsure}.`);
    },
  );
}
