import { type Static, Type } from 'typebox';
import { AttachedDisk, MAX_ATTACHED_DISKS } from './attached-disk.ts';
import { Image } from './image.ts';
import { Count, Mac, nullable, oneOf, Uuid } from './scalars.ts';

/**
 * The parts of a guest's desired state beyond its power and its machine (`spec`). The host's agent compares each part with what it observes,
 * and derives the steps (cell/compute/parts). A part that a guest does not have is as in `NO_PARTS`.
 */

/** What the machine starts from: its root disk, or the disk of a rescue, which is made anew from `image` for each `rescueId`. */
export const BootSource = Type.Union([
  Type.Object({ from: Type.Literal('disk') }),
  Type.Object({ from: Type.Literal('rescue'), rescueId: Uuid, image: Image }),
]);
export type BootSource = Static<typeof BootSource>;

/** Raised for each rebuild: the agent makes the disks of a guest anew, once, whose own counter is lower. */
const RebuildPart = Type.Object({
  count: Count,
  /** The ephemeral and swap disks stay as they are. */
  preserveEphemeral: Type.Boolean(),
});

/**
 * A file of the root disk as it is at one moment, made once for each `saveId`, and uploaded as the bytes of an image: to `url`, with `ticket`
 * (`Authorization: Bearer`). It is removed when it is no longer desired.
 */
export const Save = Type.Object({
  saveId: Uuid,
  upload: Type.Object({ url: Type.String({ maxLength: 2_048 }), ticket: Type.String({ maxLength: 4_096 }) }),
  /** Whether the guest's own agent flushes its file systems first: if it answers, or so that nothing is saved unless it does. */
  quiesce: oneOf(['never', 'if-possible', 'required']),
});
export type Save = Static<typeof Save>;

const MAX_SAVES = 8;

/** A guest at the agent of another host. */
const Peer = Type.Object({
  guestId: Uuid,
  url: Type.String({ maxLength: 2_048 }),
  ticket: Type.String({ maxLength: 4_096 }),
});

/**
 * One side of a live migration. incoming: a machine that waits, with its processors halted, for the memory and the disks of the other one.
 * It is made as the machine of the guest `from.guestId` is, which the agent at `from.url` describes for this ticket.
 * outgoing: the machine sends both to the agent at `to.url`, which takes them for the guest `to.guestId` with this ticket; `hurry`: its
 * processors are halted, so that what is left to send does not grow.
 */
const IncomingSide = Type.Object({
  role: Type.Literal('incoming'),
  id: Uuid,
  /** Absent: the machine is made from the guest's spec alone. */
  from: Type.Optional(Peer),
});
type IncomingSide = Static<typeof IncomingSide>;
export const OutgoingSide = Type.Object({
  role: Type.Literal('outgoing'),
  id: Uuid,
  to: Peer,
  hurry: Type.Boolean(),
});
/** A guest at the agent of another host, with a ticket for it. */
export type PeerGuest = Static<typeof Peer>;
export type OutgoingSide = Static<typeof OutgoingSide>;

export const GuestParts = Type.Object({
  boot: BootSource,
  rebuild: RebuildPart,
  saves: Type.Array(Save, { maxItems: MAX_SAVES }),
  /** Disks of services. */
  disks: Type.Array(AttachedDisk, { maxItems: MAX_ATTACHED_DISKS }),
  /** Absent: no live migration. */
  migration: Type.Optional(Type.Union([IncomingSide, OutgoingSide])),
});
export type GuestParts = Static<typeof GuestParts>;

/** Where the machine of an incoming side is described; undefined: nowhere, or it is none. */
export const sourceOf = (parts: GuestParts | undefined): IncomingSide['from'] =>
  parts?.migration?.role === 'incoming' ? parts.migration.from : undefined;

/** The parts of a guest of which nothing but power and machine was ever asked. */
export const NO_PARTS: GuestParts = {
  boot: { from: 'disk' },
  rebuild: { count: 0, preserveEphemeral: false },
  saves: [],
  disks: [],
};

/** How far a save is: begun, on disk as a whole, or uploaded as a whole. */
const SAVE_STATES = ['begun', 'saved', 'uploaded'] as const;
const ObservedSave = Type.Object({ saveId: Uuid, state: oneOf(SAVE_STATES) });
export type ObservedSave = Static<typeof ObservedSave>;

/** attached: the machine has the disk. begun: there may be something of an attempt. */
const ObservedDisk = Type.Object({ diskId: Uuid, state: oneOf(['begun', 'attached']) });
export type ObservedDisk = Static<typeof ObservedDisk>;

/** How far a machine has come with sending itself, bytes of memory and disks. */
const SENDING_STATES = ['sending', 'sent', 'failed'] as const;
const ObservedMigration = Type.Object({
  id: Uuid,
  state: oneOf(SENDING_STATES),
  memory: Type.Object({ totalBytes: Count, sentBytes: Count, remainingBytes: Count }),
  disks: Type.Object({ totalBytes: Count, sentBytes: Count, remainingBytes: Count }),
});
export type ObservedMigration = Static<typeof ObservedMigration>;

/** A network card of a machine that is not where a machine that starts now has it, and its address on PCI. */
const MovedCard = Type.Object({ mac: Mac, address: Type.String({ maxLength: 64 }) });
export type MovedCard = Static<typeof MovedCard>;
const MAX_CARDS = 64;

/** What an agent observes of the parts. */
export const ObservedParts = Type.Object({
  /** How often the disks were made anew. */
  rebuilds: Count,
  /** The rescue that the machine in memory, or the suspended one, was started from; null: its root disk, or there is no machine. */
  rescueId: nullable(Uuid),
  /** Absent: none. */
  saves: Type.Optional(Type.Array(ObservedSave, { maxItems: MAX_SAVES })),
  /** The disks of services that the machine in memory, or the suspended one, has; absent: none. */
  disks: Type.Optional(Type.Array(ObservedDisk)),
  /** Of the outgoing side; absent: nothing was sent. */
  migration: Type.Optional(ObservedMigration),
  /** Those that have a tag; absent: none. */
  movedCards: Type.Optional(Type.Array(MovedCard, { maxItems: MAX_CARDS })),
});
export type ObservedParts = Static<typeof ObservedParts>;
