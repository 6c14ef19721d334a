import type { OperationStep, OperationView } from '../objects/operation.ts';
import { addedMember, type CallChange } from './contract.ts';

/**
 * Operations as version 1 of the door showed them: without `overdue`, without what a step waits for, and with an operator's word
 * (which there was none) as a step that was done.
 */
type ViewV1 = Omit<OperationView, 'overdue'>;

const stepDown = ({ pointOfNoReturn: _, host: __, ...step }: OperationStep): OperationStep => ({
  ...step,
  outcome: step.outcome === 'resolved' ? 'done' : step.outcome,
});

const viewDown = ({ overdue: _, ...view }: OperationView): ViewV1 => ({ ...view, steps: view.steps.map(stepDown) });

/** As late as it was when it was last written. */
const viewUp = (view: ViewV1): OperationView => ({
  ...view,
  overdue: view.finishedAt === null && view.deadlineAt < view.updatedAt,
});

export const operationChange: CallChange = {
  response: { down: (view) => viewDown(view as OperationView), up: (view) => viewUp(view as ViewV1) },
};

interface Operations<V> {
  readonly operations: readonly V[];
}

/** `overdue` in the question is left out: whoever asks looks at the answers anyway. */
export const operationsChange: CallChange = {
  request: addedMember('overdue'),
  response: {
    down: (answer) => ({ operations: (answer as Operations<OperationView>).operations.map(viewDown) }),
    up: (answer) => ({ operations: (answer as Operations<ViewV1>).operations.map(viewUp) }),
  },
};
