import type { OperationView } from '../objects/operation.ts';
import { timestamp } from '../time/clock.ts';
import type { AnyOperation } from './definition.ts';
import { currentStep } from './history.ts';
import type { OperationRow } from './store.ts';

/** A row as operators see it at a moment. Of a kind that is not known here the step's name is what the history tells of it, or its number. */
export function viewOperation(
  row: OperationRow,
  definition: AnyOperation<never, never> | undefined,
  now: number,
): OperationView {
  const step = definition?.steps[row.stepIndex]?.name ?? currentStep(row) ?? `#${row.stepIndex}`;
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    state: row.state,
    step: row.finishedAt === null ? step : null,
    attempt: row.attempt,
    message: row.message,
    requestId: row.requestId,
    userId: row.userId,
    projectId: row.projectId,
    owner: row.leaseOwner,
    createdAt: timestamp(row.createdAt),
    updatedAt: timestamp(row.updatedAt),
    deadlineAt: timestamp(row.deadlineAt),
    overdue: row.finishedAt === null && row.deadlineAt < now,
    finishedAt: row.finishedAt === null ? null : timestamp(row.finishedAt),
    steps: [...row.history],
  };
}
