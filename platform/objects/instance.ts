import { type Static, Type } from 'typebox';
import { POWER_STATES } from '../states/power-state.ts';
import { TASK_STATES } from '../states/task-state.ts';
import { VM_STATES } from '../states/vm-state.ts';
import { InstanceBuild } from './instance-build.ts';
import { Count, nullable, oneOf, Timestamp, Uuid } from './scalars.ts';

export const Fault = Type.Object({
  code: Type.Integer(),
  message: Type.String(),
  details: nullable(Type.String()),
  createdAt: Timestamp,
});
export type Fault = Static<typeof Fault>;

/** The cause is in what the user asked for, as in an answer 4xx: nobody tries again, and the owner reads the details too. */
export const isFaultOfRequest = ({ code }: Fault): boolean => code >= 400 && code < 500;

/** An instance as its home cell tells it. */
export const Instance = Type.Object({
  ...InstanceBuild.properties,
  /** Which of the instance's homes this is; raised each time it changes cells. */
  epoch: Count,
  cellName: Type.String(),
  /** Compare-and-swap counter of the row. */
  version: Count,
  vmState: oneOf(VM_STATES),
  taskState: nullable(oneOf(TASK_STATES)),
  powerState: oneOf(POWER_STATES),
  host: nullable(Type.String()),
  node: nullable(Type.String()),
  /** The zone it is in, as against the one asked for. */
  zone: nullable(Type.String()),
  /** UP, DOWN, MAINTENANCE, UNKNOWN or empty (no host): `host_status` of 2.16. */
  hostStatus: Type.String(),
  instanceName: Type.String(),
  progress: Count,
  fault: nullable(Fault),
  /** null: not locked. */
  lockedBy: nullable(Type.Union([Type.Literal('admin'), Type.Literal('owner')])),
  lockReason: nullable(Type.String()),
  /** While a resize waits for confirm or revert. */
  oldFlavor: nullable(InstanceBuild.properties.flavor),
  launchedAt: nullable(Timestamp),
  terminatedAt: nullable(Timestamp),
  updatedAt: Timestamp,
  deletedAt: nullable(Timestamp),
});
export type Instance = Static<typeof Instance>;

/** One entry of a server's action log (os-instance-actions): an operation of its cell, with its steps as events. */
export const InstanceAction = Type.Object({
  requestId: Type.String(),
  instanceUuid: Uuid,
  action: Type.String(),
  userId: nullable(Type.String()),
  projectId: nullable(Type.String()),
  startTime: Timestamp,
  updatedAt: Timestamp,
  message: nullable(Type.String()),
  events: Type.Array(
    Type.Object({
      event: Type.String(),
      startTime: Timestamp,
      finishTime: nullable(Timestamp),
      result: nullable(Type.Union([Type.Literal('Success'), Type.Literal('Error')])),
      traceback: nullable(Type.String()),
      host: nullable(Type.String()),
      details: nullable(Type.String()),
    }),
  ),
});
export type InstanceAction = Static<typeof InstanceAction>;
