import type { OperationStep, OperationView } from '#platform/objects/operation.ts';

const AT = '2030-01-01T00:00:00.000Z';

/** A step that was done at once. */
export const aStep = (rest: Partial<OperationStep> = {}): OperationStep => ({
  seq: 1,
  name: 'stop-source',
  direction: 'do',
  attempt: 1,
  startedAt: AT,
  finishedAt: AT,
  outcome: 'done',
  message: null,
  worker: 'w-1',
  ...rest,
});

/** An operation that runs, of nobody, with no step behind it. */
export const anOperation = (rest: Partial<OperationView> = {}): OperationView => ({
  id: 'o',
  kind: 'resize',
  subject: 'a-server',
  state: 'running',
  step: 'start-target',
  attempt: 1,
  message: null,
  requestId: 'req',
  userId: null,
  projectId: null,
  owner: null,
  createdAt: AT,
  updatedAt: AT,
  deadlineAt: '2030-01-01T00:01:00.000Z',
  overdue: false,
  finishedAt: null,
  steps: [],
  ...rest,
});
