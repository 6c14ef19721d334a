import { type Static, Type } from 'typebox';
import { Image } from './image.ts';
import { Count, nullable, Uuid } from './scalars.ts';

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

export const GuestParts = Type.Object({ boot: BootSource, rebuild: RebuildPart });
export type GuestParts = Static<typeof GuestParts>;

/** The parts of a guest of which nothing but power and machine was ever asked. */
export const NO_PARTS: GuestParts = { boot: { from: 'disk' }, rebuild: { count: 0, preserveEphemeral: false } };

/** What an agent observes of the parts. */
export const ObservedParts = Type.Object({
  /** How often the disks were made anew. */
  rebuilds: Count,
  /** The rescue that the machine in memory, or the suspended one, was started from; null: its root disk, or there is no machine. */
  rescueId: nullable(Uuid),
});
export type ObservedParts = Static<typeof ObservedParts>;
