import type { Selectable } from 'kysely';
import { fromJson, toJson } from '../database/json-column.ts';
import type { OperationProgress, OperationRow } from './store.ts';
import type { OperationsTable } from './tables.ts';

export const progressToTable = (progress: OperationProgress) => ({
  state: progress.state,
  step_index: progress.stepIndex,
  attempt: progress.attempt,
  outputs: toJson(progress.outputs),
  history: toJson(progress.history),
  message: progress.message,
  wake_at: progress.wakeAt,
  lease_expires_at: progress.leaseExpiresAt,
  finished_at: progress.finishedAt,
  updated_at: progress.updatedAt,
});

/** A row as the table holds it; for those who write several operations in one statement. */
export const operationToTable = (row: OperationRow) => ({
  ...progressToTable(row),
  id: row.id,
  kind: row.kind,
  subject: row.subject,
  params: toJson(row.params),
  signals: row.signals,
  lease_owner: row.leaseOwner,
  lease_token: row.leaseToken,
  deadline_at: row.deadlineAt,
  request_id: row.requestId,
  user_id: row.userId,
  project_id: row.projectId,
  created_at: row.createdAt,
});

export const operationFromTable = (row: Selectable<OperationsTable>): OperationRow => ({
  id: row.id,
  kind: row.kind,
  subject: row.subject,
  state: row.state,
  stepIndex: row.step_index,
  attempt: row.attempt,
  params: fromJson(row.params),
  outputs: fromJson(row.outputs),
  history: fromJson(row.history),
  message: row.message,
  wakeAt: Number(row.wake_at),
  signals: row.signals,
  leaseOwner: row.lease_owner,
  leaseToken: Number(row.lease_token),
  leaseExpiresAt: Number(row.lease_expires_at),
  deadlineAt: Number(row.deadline_at),
  requestId: row.request_id,
  userId: row.user_id,
  projectId: row.project_id,
  createdAt: Number(row.created_at),
  updatedAt: Number(row.updated_at),
  finishedAt: row.finished_at === null ? null : Number(row.finished_at),
});
