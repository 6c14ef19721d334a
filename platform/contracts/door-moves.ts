import { type Static, Type } from 'typebox';
import { Instance } from '../objects/instance.ts';
import { JsonValue } from '../objects/json-value.ts';
import { Count, nullable, oneOf, Timestamp, Uuid } from '../objects/scalars.ts';
import { Actor } from './actor.ts';
import { MOVE_IN, MOVE_OUT } from './moves.ts';

/**
 * What a move between cells (super-conductor/operations/move-server.ts) says to the two cells it concerns. A cell has an operation of its
 * own for its part (`moveOut` in the source, `moveIn` in the target); a call says how far that operation may go and answers how far it has
 * come. Every call may be repeated; a lower `token` than the highest one seen for the move is refused with `conflict`, so that a worker
 * of the move that was taken for dead says nothing any more.
 */

const MoveCall = {
  moveId: Uuid,
  uuid: Uuid,
  /** The lease token of the move's worker. */
  token: Count,
  /** How long the answer may wait until the requested phase is reached, ms. */
  waitMs: Count,
};

/** Where the disks of a stopped guest are read: host to host, with a ticket that its agent knows (platform/rpc/disk-ticket.ts). */
export const DiskSource = Type.Object({
  guestId: Uuid,
  hostName: Type.String(),
  url: Type.String(),
  /** For this guest only, for a day; a later answer has a fresh one. */
  ticket: Type.String(),
});
export type DiskSource = Static<typeof DiskSource>;

/** An ended operation of the instance's action log, as its row is (platform/operations/store.ts, OperationRow). */
const EndedOperation = Type.Record(Type.String(), JsonValue);

/** The whole of an instance, as it was fenced. */
export const MovedInstance = Type.Object({
  instance: Instance,
  /** active or stopped: what it is to be again. */
  before: oneOf(['active', 'stopped'] as const),
  /** Its action log: operations that have ended. */
  operations: Type.Array(EndedOperation),
  /** What its guest has posted to the metadata service; null, or absent from an older cell: nothing. */
  password: Type.Optional(nullable(Type.String())),
});
export type MovedInstance = Static<typeof MovedInstance>;

/**
 * reached: the last phase that is done; 'undone' after an abort, and also when the operation went back by itself (`message` says why);
 * 'gone': nothing of the move is here: it was never begun, is over, or the instance was deleted.
 */
export const MoveOutStatus = Type.Object({
  reached: oneOf(MOVE_OUT.reachable),
  message: nullable(Type.String()),
  /** From `stop` on. */
  source: nullable(DiskSource),
  /** From `fence` on. */
  moved: nullable(MovedInstance),
  /** A user deleted it while it was fenced; whoever has it then deletes it. After an abort the cell does that itself. */
  deleteRequested: Type.Boolean(),
});
export type MoveOutStatus = Static<typeof MoveOutStatus>;

/** `reached`, `message`: as in MoveOutStatus. */
export const MoveInStatus = Type.Object({
  reached: oneOf(MOVE_IN.reachable),
  message: nullable(Type.String()),
  hostId: nullable(Uuid),
  hostName: nullable(Type.String()),
  /** Of the disks, 0–100. */
  progress: Count,
});
export type MoveInStatus = Static<typeof MoveInStatus>;

/** What a move would have to carry. */
export const MoveEstimate = Type.Object({
  instance: Instance,
  /** Why it cannot be moved now; null: it can. */
  refusal: nullable(Type.String()),
  disks: Type.Array(
    Type.Object({
      name: Type.String(),
      /** What the guest sees. */
      virtualBytes: Count,
      /** What is sent. */
      bytes: Count,
    }),
  ),
});
export type MoveEstimate = Static<typeof MoveEstimate>;

export const MoveInRequest = Type.Object({
  ...MoveCall,
  /** The epoch that the directory keeps for this cell. */
  epoch: Count,
  /** As it is in the source now; what counts is what `arrive` brings. */
  instance: Instance,
  hostId: Uuid,
  /** Further hosts of this cell, best first. */
  alternates: Type.Array(Uuid),
  zone: nullable(Type.String()),
  before: oneOf(['active', 'stopped'] as const),
  actor: Actor,
});
export type MoveInRequest = Static<typeof MoveInRequest>;

export const MoveOutRequest = Type.Object({
  ...MoveCall,
  /** The epoch at which it is at home here; conflict at any other. */
  epoch: Count,
  phase: oneOf([...MOVE_OUT.phases, 'abort'] as const),
  /**
   * With the first `release`: the server could not be started in the other cell, so only the guest here may have its disks intact. It is
   * quarantined instead of removed, until an operator forgets it (`removeQuarantined`).
   */
  keepQuarantined: Type.Optional(Type.Boolean()),
  actor: MoveInRequest.properties.actor,
});
export type MoveOutRequest = Static<typeof MoveOutRequest>;

export const MoveInAdvance = Type.Object({
  ...MoveCall,
  epoch: Count,
  phase: oneOf([...MOVE_IN.phases, 'abort'] as const),
  /** For the phase `copy`. */
  source: nullable(DiskSource),
  /** For the phase `arrive`. */
  moved: nullable(MovedInstance),
});
export type MoveInAdvance = Static<typeof MoveInAdvance>;

/** An instance that a cell has, for the question whether its home is this cell. */
export const PresentInstance = Type.Object({
  uuid: Uuid,
  epoch: Count,
  /** A move handles it, and decides where it lives; the answer to this question does not. */
  moving: Type.Boolean(),
});
export type PresentInstance = Static<typeof PresentInstance>;

/** An instance that lives elsewhere: stopped, in no list, its disks untouched, until an operator forgets it. */
export const QuarantinedInstance = Type.Object({
  uuid: Uuid,
  epoch: Count,
  name: Type.String(),
  projectId: Type.String(),
  hostName: nullable(Type.String()),
  reason: Type.String(),
  at: Timestamp,
});
export type QuarantinedInstance = Static<typeof QuarantinedInstance>;

/**
 * A difference that an auditor cannot, or must not, repair itself. `subject`: an id (server, guest, host, port).
 * The kinds are the auditor's (docs/auditors.md).
 */
export const Finding = Type.Object({
  kind: Type.String(),
  subject: Type.String(),
  message: Type.String(),
  /** What an operator can do. */
  advice: Type.String(),
  since: Timestamp,
});
export type Finding = Static<typeof Finding>;
