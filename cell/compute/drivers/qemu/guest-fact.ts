import type { GuestFact } from '../driver.ts';
import { cardsOn } from './cards.ts';
import type { GuestRecord } from './guest-records.ts';
import type { MachineState } from './machines.ts';
import { movedCards } from './moved-cards.ts';

/** What there is of a guest: its record, its process, and its files. */
interface GuestTraces {
  readonly record: GuestRecord;
  readonly process: MachineState;
  readonly outgoing: GuestFact['outgoing'];
  readonly hasDisk: boolean;
  /** Its saved memory is there as a whole. */
  readonly isSuspended: boolean;
  /** Starts after a crash that still count. */
  readonly unaskedStarts: number;
}

/** The guest as `next-steps.ts` sees it. Pure. */
export function guestFact({ record, process, outgoing, hasDisk, isSuspended, unaskedStarts }: GuestTraces): GuestFact {
  const isSaving = record.isSaving === true;
  // A process that saves the disk of a guest which is down is no machine of the guest.
  const state = isSaving ? 'gone' : process;
  const ended = state === 'ended' || state === 'broken' || (isSaving && process !== 'gone');
  const hasMachine = isSuspended || state !== 'gone';
  return {
    guestId: record.desired.guestId,
    hostName: record.desired.hostName,
    desired: record.desired,
    power: isSuspended ? 'suspended' : powerOf(state, record.expected),
    hasDisk,
    restarts: record.restarts,
    stoppedByItself: record.stoppedByItself || (state === 'ended' && !record.stopAsked && !isSuspended),
    leftover: ended || (isSuspended && process !== 'gone'),
    unaskedStarts,
    cards: hasMachine ? cardsOn(record.machine) : null,
    movedCards: hasMachine ? movedCards(record.machine, record.desired.spec) : [],
    disks: hasMachine ? (record.attached ?? []).map(({ disk, state }) => ({ diskId: disk.id, state })) : null,
    rebuilds: record.rebuilds ?? 0,
    rescueDiskId: record.rescue?.rescueId ?? null,
    rescueId: record.isRescued === true && hasMachine ? (record.rescue?.rescueId ?? null) : null,
    saves: (record.saves ?? []).map(({ saveId, state }) => ({ saveId, state })),
    incoming: record.incoming ?? null,
    outgoing,
  };
}

function powerOf(state: MachineState, expected: GuestRecord['expected']): GuestFact['power'] {
  switch (state) {
    case 'running':
    case 'silent':
      return 'running';
    case 'paused':
    case 'incoming':
      return 'paused';
    case 'ended':
      return 'shutdown';
    case 'broken':
      return 'crashed';
    case 'gone':
      return expected === 'up' ? 'crashed' : 'shutdown';
  }
}
