import type { Deadline } from './definition.ts';
import type { OperationRow } from './store.ts';

export interface NewOperation {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly params: unknown;
  readonly requestId: string;
  readonly userId: string | null;
  readonly projectId: string | null;
}

/** The first row of an operation: due at once, held by nobody. Also for those who write operations but do not run them (the api). */
export function newRow(operation: NewOperation, deadline: Deadline, now: number): OperationRow {
  return {
    ...operation,
    state: 'running',
    stepIndex: 0,
    attempt: 1,
    outputs: {},
    history: [],
    message: null,
    wakeAt: now,
    signals: 0,
    leaseOwner: null,
    leaseToken: 0,
    leaseExpiresAt: 0,
    deadlineAt: now + deadline.ms,
    createdAt: now,
    updatedAt: now,
    finishedAt: null,
  };
}
