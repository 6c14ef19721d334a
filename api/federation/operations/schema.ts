import { OPERATION_STATES, type OperationState, OperationView } from '#platform/objects/operation.ts';
import { always } from '../../http/by-version.ts';
import { isTrue, object, several, strictQuery } from '../../http/parameter-types.ts';
import { lastOf, type Query } from '../../http/query.ts';
import { oneOf } from '../../http/response-types.ts';
import { cellParameter, DEFAULT_LIMIT, flagParameter, limitParameter } from '../request-types.ts';
import { listOfCells, seenInCell } from '../response-types.ts';

export const listOperationsQuery = always(
  strictQuery({
    ...cellParameter,
    ...limitParameter,
    /** The instance or other object that the operation works on. */
    subject: several({ type: 'string', maxLength: 64 }),
    state: several(oneOf(...OPERATION_STATES)),
    /** Only unfinished operations that are past their deadline. */
    overdue: flagParameter,
  }),
);

interface OperationsAsked {
  readonly filter: { readonly subject?: string; readonly state?: OperationState; readonly limit: number };
  readonly overdue: boolean;
  /** A cell's id or name, or `global`. */
  readonly cell: string | undefined;
}

/** Reads a query that the schema has validated. */
export function operationsAsked(query: Query): OperationsAsked {
  const subject = lastOf(query, 'subject');
  const state = lastOf(query, 'state') as OperationState | undefined;
  return {
    filter: {
      ...(subject === undefined ? {} : { subject }),
      ...(state === undefined ? {} : { state }),
      limit: Number(lastOf(query, 'limit') ?? DEFAULT_LIMIT),
    },
    overdue: isTrue(lastOf(query, 'overdue')),
    cell: lastOf(query, 'cell'),
  };
}

export interface Resolve {
  readonly direction: 'forward' | 'back';
}
export const resolveBody = always(object({ direction: oneOf('forward', 'back') }, ['direction']));

/** `cell`: its name, or `global`. */
const operation = seenInCell(OperationView);
export const operationResponse = always(operation);
export const listOperationsResponse = always(listOfCells('operations', operation));
