import type { OperationView } from '../objects/operation.ts';
import { timestamp } from '../time/clock.ts';
import type { AnyOperation } from './definition.ts';
import type { OperationRow } from './store.ts';

/** A row as operators see it. A kind that this release does not know shows its step by number. */
export function viewOperation(row: OperationRow, definition: AnyOperation<never, never> | undefined): OperationView {
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    state: row.state,
    step: row.finishedAt === null ? (definition?.steps[row.stepIndex]?.name ?? `#${row.stepIndex}`) : null,
    attempt: row.attempt,
    message: row.message,
    requestId: row.requestId,
    userId: row.userId,
    projectId: row.projectId,
    owner: row.leaseOwner,
    createdAt: timestamp(row.createdAt),
    updatedAt: timestamp(row.updatedAt),
    deadlineAt: timestamp(row.deadlineAt),
    finishedAt: row.finishedAt === null ? null : timestamp(row.finishedAt),
    steps: [...row.history],
  };
}
