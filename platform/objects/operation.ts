import { type Static, Type } from 'typebox';
import { Count, nullable, oneOf, Timestamp, Uuid } from './scalars.ts';

/**
 * running: steps are being done. waiting: parked until something is reported or `wakeAt`. undoing: going back.
 * done / undone: ended, everything in order. stranded: neither way worked within the deadline; an operator is needed.
 */
export const OPERATION_STATES = ['running', 'undoing', 'done', 'undone', 'stranded'] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

/**
 * An entry of the history: a try of a step, or an operator's word (`resolved`). One that is not over has neither `finishedAt` nor
 * `outcome`; its message says what it waits for, null while it has not waited.
 */
export const OperationStep = Type.Object({
  seq: Count,
  name: Type.String(),
  direction: Type.Union([Type.Literal('do'), Type.Literal('undo')]),
  attempt: Count,
  startedAt: Timestamp,
  finishedAt: nullable(Timestamp),
  outcome: nullable(oneOf(['done', 'failed', 'refused', 'resolved'] as const)),
  message: nullable(Type.String()),
  worker: Type.String(),
  /** Where the step worked, if it said so: the name of a host. */
  host: Type.Optional(Type.String()),
  /** Done, and with it the operation only goes forward. */
  pointOfNoReturn: Type.Optional(Type.Literal(true)),
});
export type OperationStep = Static<typeof OperationStep>;

/** An operation as operators see it. */
export const OperationView = Type.Object({
  id: Uuid,
  kind: Type.String(),
  subject: Type.String(),
  state: oneOf(OPERATION_STATES),
  step: nullable(Type.String()),
  attempt: Count,
  message: nullable(Type.String()),
  requestId: Type.String(),
  userId: nullable(Type.String()),
  projectId: nullable(Type.String()),
  owner: nullable(Type.String()),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  deadlineAt: Timestamp,
  /** It has not ended, and its time is over. */
  overdue: Type.Boolean(),
  finishedAt: nullable(Timestamp),
  steps: Type.Array(OperationStep),
});
export type OperationView = Static<typeof OperationView>;
