import type { DesiredGuest } from '#platform/objects/guest.ts';
import { type GuestParts, NO_PARTS } from '#platform/objects/guest-parts.ts';
import type { GuestFact } from '../drivers/driver.ts';
import type { Step } from '../steps.ts';

/**
 * What is left to do for one part of a guest's desired state, sorted by when it can be done. `next-steps.ts` puts the parts together with the
 * power of the guest.
 */
interface PartNeeds {
  /** The machine was started with something else, and has to start again. */
  readonly restart?: boolean;
  /** Steps while that machine still runs. When one of them fails, the machine runs on. */
  readonly beforeRestart?: readonly Step[];
  /** Steps for a guest without a process, before its disks are made and it starts; also for one that stays down. */
  readonly whileDown?: readonly Step[];
  /** Steps before its next start only. */
  readonly beforeStart?: readonly Step[];
  /** Steps for a guest that has reached its desired power. */
  readonly afterwards?: readonly Step[];
}

/** Compares one part of the desired state with the observed one. Pure; `{}`: nothing is left to do. */
export type Part = (desired: DesiredGuest, observed: GuestFact) => PartNeeds;

export const partsOf = (desired: DesiredGuest): GuestParts => ({ ...NO_PARTS, ...desired.parts });

/** Whether a machine exists: one that runs, is paused, or is saved on disk. */
export const hasMachine = ({ power }: GuestFact): boolean =>
  power === 'running' || power === 'paused' || power === 'suspended';
