import type { DesiredGuest } from '#platform/objects/guest.ts';
import type { ObservedDisk, ObservedMigration, ObservedSave } from '#platform/objects/guest-parts.ts';
import type { GuestFact } from '../driver.ts';
import type { PartialTransfer } from './partial-transfer.ts';

/** `contentId`: what stands in its file. */
export type SimulatedSave = ObservedSave & { readonly contentId: string };

/** A guest of the simulator: its facts, and the moments it was started again after a crash. */
export interface SimulatedGuest {
  readonly desired: DesiredGuest;
  readonly power: GuestFact['power'];
  /** What stands on its disks (simulated-disks.ts); null: it has none yet. */
  readonly contentId: string | null;
  /** What has come of them so far, while they are copied from another host. */
  readonly partialTransfer: PartialTransfer | null;
  readonly restarts: number;
  readonly stoppedByItself: boolean;
  readonly crashStartsMs: readonly number[];
  /** When its machine was last started, ms; 0: never. */
  readonly startedMs: number;
  /** The taps of the network cards that its machine was last up with. */
  readonly cards: readonly string[];
  /** The disks of services that its machine was last up with. */
  readonly disks: readonly ObservedDisk[];
  /** How often its disks were made anew. */
  readonly rebuilds: number;
  /** The rescue whose disk it has, and the one that its machine was last started from. */
  readonly rescueDiskId: string | null;
  readonly rescueId: string | null;
  readonly saves: readonly SimulatedSave[];
  /** As the facts of the same names; absent: null. */
  readonly incoming?: string | null;
  readonly outgoing?: ObservedMigration | null;
  /** The lines its serial console would have shown. */
  readonly console: readonly string[];
}

export const CRASH_WINDOW_MS = 60_000;

export const factOf = (guest: SimulatedGuest, nowMs: number): GuestFact => ({
  guestId: guest.desired.guestId,
  hostName: guest.desired.hostName,
  desired: guest.desired,
  power: guest.power,
  hasDisk: guest.contentId !== null,
  restarts: guest.restarts,
  stoppedByItself: guest.stoppedByItself,
  leftover: false,
  cards: guest.power === 'shutdown' || guest.power === 'crashed' ? null : guest.cards,
  disks: guest.power === 'shutdown' || guest.power === 'crashed' ? null : guest.disks,
  rebuilds: guest.rebuilds,
  rescueDiskId: guest.rescueDiskId,
  rescueId: guest.power === 'shutdown' || guest.power === 'crashed' ? null : guest.rescueId,
  saves: guest.saves.map(({ saveId, state }) => ({ saveId, state })),
  incoming: guest.incoming ?? null,
  outgoing: guest.outgoing == null ? null : { ...guest.outgoing, message: '' },
  unaskedStarts: guest.crashStartsMs.filter((ms) => nowMs - ms < CRASH_WINDOW_MS).length,
});

/** A guest as it is right after its first `accept`. */
export const newGuest = (desired: DesiredGuest): SimulatedGuest => ({
  desired,
  power: 'shutdown',
  contentId: null,
  partialTransfer: null,
  restarts: 0,
  stoppedByItself: false,
  crashStartsMs: [],
  startedMs: 0,
  cards: [],
  disks: [],
  rebuilds: 0,
  rescueDiskId: null,
  rescueId: null,
  saves: [],
  console: [],
});
