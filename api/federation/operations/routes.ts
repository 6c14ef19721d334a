import { GLOBAL_QUEUE } from '#platform/contracts/global-operations.ts';
import type { OperationView } from '#platform/objects/operation.ts';
import { resolveOperation } from '#platform/operations/resolve.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import type { OperationRow } from '#platform/operations/store.ts';
import { viewOperation } from '#platform/operations/view.ts';
import { askCells } from '../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../deps.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { type Route, route } from '../../http/route.ts';
import { askedCells } from '../asked-cells.ts';
import { operationInCells } from './operation-in-cells.ts';
import { LIST_OPERATIONS, RESOLVE_OPERATION, SHOW_OPERATION } from './policy.ts';
import {
  listOperationsQuery,
  listOperationsResponse,
  operationResponse,
  operationsAsked,
  type Resolve,
  resolveBody,
} from './schema.ts';

const GLOBAL = 'global';

type OperationOfCell = OperationView & { readonly cell: string };
type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'clock' | 'waker'>;

/** Operations of the global tier (from the directory; `cell` is `global`) and of the cells, newest first. */
export function operationRoutes({ directory, cells, clock, waker }: Deps): readonly Route[] {
  const store = createSqlOperationStore(directory);
  const viewGlobal = (row: OperationRow): OperationOfCell => ({
    ...viewOperation(row, undefined, clock.now()),
    cell: GLOBAL,
  });

  return [
    route({
      method: 'GET',
      path: '/v1/operations',
      summary:
        'Lists operations of the global tier and of the cells, newest first. The answer names the cells that do not respond.',
      policy: LIST_OPERATIONS,
      query: listOperationsQuery,
      response: listOperationsResponse,
      handle: async (request) => {
        const { filter, overdue, cell: requested } = operationsAsked(request.query);
        const askedOf = requested === GLOBAL ? [] : askedCells(cells, requested);
        const [globalOperations, { answers, silent }] = await Promise.all([
          requested === undefined || requested === GLOBAL
            ? store.list({ ...filter, ...(overdue ? { overdueAt: clock.now() } : {}) })
            : [],
          askCells(askedOf, request, ({ door }, options) =>
            door.listOperations(overdue ? { ...filter, overdue } : filter, options),
          ),
        ]);
        const operations: OperationOfCell[] = [
          ...globalOperations.map(viewGlobal),
          ...answers.flatMap(({ cell, answer }) =>
            answer.operations.filter((one) => one.overdue || !overdue).map((one) => ({ ...one, cell: cell.name })),
          ),
        ];
        operations.sort((a, b) =>
          a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : a.id < b.id ? -1 : 1,
        );
        return { operations: operations.slice(0, filter.limit), silentCells: silent.map((cell) => cell.name) };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/operations/:id',
      summary: 'Shows an operation of the global tier or of any cell.',
      policy: SHOW_OPERATION,
      query: noQuery,
      response: operationResponse,
      handle: async (request): Promise<OperationOfCell> => {
        const { id = '' } = request.params;
        const row = await store.get(id);
        if (row !== null) return viewGlobal(row);
        const { cell, operation } = await operationInCells(cells, request, id);
        return { ...operation, cell: cell.name };
      },
    }),
    route<Resolve>({
      method: 'POST',
      path: '/v1/operations/:id/resolve',
      summary: 'Retries an operation now, or rolls it back.',
      policy: RESOLVE_OPERATION,
      body: resolveBody,
      response: operationResponse,
      handle: async (request): Promise<OperationOfCell> => {
        const {
          params: { id = '' },
          body: { direction },
          caller,
        } = request;
        if ((await store.get(id)) !== null) {
          const row = await resolveOperation(store, { id, direction, by: caller.userId }, clock.now());
          void waker.wake(GLOBAL_QUEUE, [id]);
          return viewGlobal(row);
        }
        const { cell } = await operationInCells(cells, request, id);
        const { userId, projectId, isAdmin, requestId } = caller;
        const actor = { userId, projectId, isAdmin, requestId };
        return { ...(await cell.door.resolveOperation({ id, direction, actor }, { requestId })), cell: cell.name };
      },
    }),
  ];
}
