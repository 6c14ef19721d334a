import { type Static, type TSchema, Type } from 'typebox';
import { Network, Port } from '../objects/network.ts';
import { Count, nullable, Uuid } from '../objects/scalars.ts';

/** The queue that wakes the super-conductors; every operation of the global tier is woken through it. */
export const GLOBAL_QUEUE = 'super-conductor';

/**
 * An operation that the super-conductor runs. Those that the API begins stand here, for both to read. The parameters are stored, and a
 * super-conductor of another release may run them: a new one is optional.
 */
export interface GlobalOperation<P extends TSchema = TSchema> {
  readonly kind: string;
  /** Woken after the commit; who is not woken finds it a little later. */
  readonly queue: typeof GLOBAL_QUEUE;
  /** back: at the deadline it is undone. forward: it goes on, and is shown as late. */
  readonly deadline: { readonly ms: number; readonly policy: 'back' | 'forward' };
  readonly params: P;
}

/** Finds a home for an accepted build; its subject is the instance. */
export const ROUTE_BUILD = {
  kind: 'route-build',
  queue: GLOBAL_QUEUE,
  // Back: after ten minutes the user learns that no host was found, and waits no longer.
  deadline: { ms: 10 * 60_000, policy: 'back' },
  params: Type.Object({
    uuid: Uuid,
    /** Cells that had it before and could not build it. */
    triedCellIds: Type.Optional(Type.Array(Uuid)),
  }),
} as const satisfies GlobalOperation;
export type RouteBuildParams = Static<typeof ROUTE_BUILD.params>;

/** Moves a server to another cell; its subject is the instance. */
export const MOVE_SERVER = {
  kind: 'move-server',
  queue: GLOBAL_QUEUE,
  deadline: { ms: 6 * 3_600_000, policy: 'back' },
  /** Where the instance was at which epoch when the move was accepted, and where it goes: to this host of the cell, or (null) to any. */
  params: Type.Object({
    uuid: Uuid,
    fromCellId: Uuid,
    toCellId: Uuid,
    host: nullable(Type.String()),
    epoch: Count,
    /** Of disk, as estimated when the move was accepted; only shown. Moves of older releases do not say. */
    bytes: Type.Optional(nullable(Count)),
  }),
} as const satisfies GlobalOperation;
export type MoveServerParams = Static<typeof MOVE_SERVER.params>;

/** Plugs a port, which was made or taken for the server when this was accepted, into a server; its subject is the instance. */
export const ATTACH_INTERFACE = {
  kind: 'attach-interface',
  queue: GLOBAL_QUEUE,
  // Back: the caller waits for it, and is told that it failed.
  deadline: { ms: 3 * 60_000, policy: 'back' },
  params: Type.Object({
    uuid: Uuid,
    port: Port,
    network: Network,
    isAdmin: Type.Boolean(),
  }),
} as const satisfies GlobalOperation;
export type AttachInterfaceParams = Static<typeof ATTACH_INTERFACE.params>;

/** Takes a port from a server, then releases it in the directory; its subject is the instance. */
export const DETACH_INTERFACE = {
  kind: 'detach-interface',
  queue: GLOBAL_QUEUE,
  // Back: a guest that does not give its network card up keeps it.
  deadline: { ms: 3 * 60_000, policy: 'back' },
  params: Type.Object({ uuid: Uuid, portId: Uuid, isAdmin: Type.Boolean() }),
} as const satisfies GlobalOperation;
export type DetachInterfaceParams = Static<typeof DETACH_INTERFACE.params>;

/** Tells a cell that its user has deleted a server: one that was on its way there, or one whose cell did not answer. Its subject is the instance. */
export const DELETE_ARRIVED = {
  kind: 'delete-arrived',
  queue: GLOBAL_QUEUE,
  // Forward: a cell that is silent for long does not make the user want the server back.
  deadline: { ms: 10 * 60_000, policy: 'forward' },
  params: Type.Object({
    uuid: Uuid,
    cellId: Uuid,
    /** Whether who deletes it may pass a lock; a server on its way has none. */
    isAdmin: Type.Optional(Type.Boolean()),
    /** For good, even where the cell keeps deleted servers for some time. */
    isForced: Type.Optional(Type.Boolean()),
  }),
} as const satisfies GlobalOperation;
export type DeleteArrivedParams = Static<typeof DELETE_ARRIVED.params>;
