import type { Duplex } from 'node:stream';
import type { AttachedDisk } from '#platform/objects/attached-disk.ts';
import type { ConsoleType } from '#platform/objects/console.ts';
import type { DesiredGuest, GuestNic, GuestStats } from '#platform/objects/guest.ts';
import type {
  MovedCard,
  ObservedDisk,
  ObservedMigration,
  ObservedSave,
  OutgoingSide,
  Save,
} from '#platform/objects/guest-parts.ts';
import type { HostReport } from '#platform/objects/host.ts';
import type { Image } from '#platform/objects/image.ts';
import type { PowerState } from '#platform/states/power-state.ts';
import type { DiskReader } from '../disk-transfer/disk-reader.ts';
import type { StepArguments } from '../steps.ts';
import type { MigrationChannel } from './migration-channel.ts';
import type { OutgoingMachine } from './outgoing-machine.ts';

/**
 * A driver is how an agent has its way with a kind of hypervisor: it says what exists, and carries out single steps. It decides
 * nothing: `next-steps.ts` does, from (desired, observed). Rules for every driver:
 *
 * - Guests outlive the process that drives them. After a restart `find` tells the same as before it.
 * - Each step may be repeated, and may be cut off at any point by the death of the process; `find` then shows how far it got,
 *   and the steps that follow from there reach the goal.
 * - Steps on one guest never overlap (the agent's loop sees to it); steps on different guests do.
 * - A step that takes long watches `context.signal` and rejects soon after it aborts.
 * - Errors are VolvoxErrors. `invalid`, `unsupported`, `not-found`, `forbidden` and `too-large` mean that trying again here is
 *   pointless; all others, that it may work later.
 */
export interface Driver {
  /** `qemu`, `fake`. */
  readonly name: string;
  /** Makes ready: checks what it needs, finds what is there. Rejects when it can't work at all. */
  open(): Promise<void>;
  /** Releases everything but the guests. */
  close(): Promise<void>;

  /** The hosts it drives, in a stable order; the same values as long as nothing changed. */
  hosts(): Promise<readonly HostReport[]>;
  /** How many guests it is good to work on at once. */
  readonly parallel: number;

  /** null: neither a process nor a file of it exists. */
  find(guestId: string): Promise<GuestFact | null>;
  findAll(): Promise<readonly GuestFact[]>;
  /** Guests whose machine runs here though nothing is remembered of them (their files were removed by hand). */
  orphans?(): Promise<readonly Pick<GuestFact, 'guestId' | 'hostName'>[]>;
  /** Called with the id of a guest whose power changed without a step asking for it. */
  onEvent(listener: (guestId: string) => void): void;

  /** Saves the desired state (durable when it resolves). A new guest begins with this; a new generation clears `stoppedByItself` and `unaskedStarts`. */
  accept(desired: DesiredGuest): Promise<void>;
  /**
   * Makes the disks: from the image, or from `spec.diskSource`. After it `hasDisk` holds; before, nothing half-made is ever taken for a
   * disk. An interrupted transfer from another host resumes where it was.
   */
  prepareDisk(desired: DesiredGuest, context: StepContext): Promise<void>;
  /**
   * Starts the machine from its disks, or from that of the desired rescue. Before anything runs it sets the guest's `restarts` to the desired one, and
   * clears `stoppedByItself`. Not when it runs.
   */
  start(desired: DesiredGuest, context: StepContext): Promise<void>;
  /** Asks the guest to shut down, and switches it off when it has not after `gracefulMs`. */
  shutDown(desired: DesiredGuest, gracefulMs: number, context: StepContext): Promise<void>;
  /** Switches it off at once; also clears away what is left of a machine that has ended. */
  kill(guestId: string): Promise<void>;
  pause(guestId: string): Promise<void>;
  unpause(guestId: string): Promise<void>;
  /** Saves memory to disk and ends the process; either the guest is wholly `suspended` afterwards, or still in memory. */
  suspendToDisk(guestId: string, context: StepContext): Promise<void>;
  /** The reverse: it runs on, and the saved memory is gone. */
  resumeFromDisk(desired: DesiredGuest, context: StepContext): Promise<void>;
  /** Forgets the saved memory: the guest is then shut down. */
  discardSuspended(guestId: string): Promise<void>;
  /** Plugs a network card into the machine, which is up. Its tap is there. */
  attachCard(guestId: string, nic: GuestNic): Promise<void>;
  /**
   * Takes the network card on this tap from the machine, which is up.
   * @throws VolvoxError unavailable when the guest does not give it up: its system has to agree, and runs to do so.
   */
  detachCard(guestId: string, tapName: string, context: StepContext): Promise<void>;
  /**
   * Connects the disk of a service and plugs it into the machine, which is up. A machine that starts or waits has the desired disks from the
   * beginning. @throws VolvoxError unsupported for a kind of connection that the host does not have; invalid; unavailable when the server of
   * the disk does not answer, with nothing left.
   */
  attachDisk(guestId: string, disk: AttachedDisk, context: StepContext): Promise<void>;
  /**
   * Takes the disk from the machine, which is up. What the guest has written is with the server then, and the connection is closed.
   * @throws VolvoxError unavailable when the guest does not give it up; it keeps the disk.
   */
  detachDisk(guestId: string, diskId: string, context: StepContext): Promise<void>;
  /** Has the image of the root disk here, checked. @throws VolvoxError as `prepareDisk` does because of the image. */
  fetchImage(desired: DesiredGuest, context: StepContext): Promise<void>;
  /**
   * Removes the disks that a rebuild makes anew: the root disk and the config drive, and unless `keepEphemeral` the others. Afterwards
   * `rebuilds` is `rebuild`, and `hasDisk` does not hold.
   */
  discardDisks(guestId: string, step: StepArguments['discard-disks']): Promise<void>;
  /** Makes the disk that a rescued machine starts from. Afterwards `rescueDiskId` is `rescueId`. */
  prepareRescue(desired: DesiredGuest, step: StepArguments['prepare-rescue'], context: StepContext): Promise<void>;
  /** Removes that disk. */
  discardRescue(guestId: string): Promise<void>;
  /**
   * Makes a file of the root disk as it is at one moment, from a guest of any power. Afterwards the save is `saved`: all of it is on disk, and it
   * stands on no other file. The guest holds its writes at that moment only. @throws VolvoxError unsupported when the guest is required to
   * quiesce and cannot; no-capacity.
   */
  saveDisk(desired: DesiredGuest, save: Save, context: StepContext): Promise<void>;
  /**
   * Uploads that file. Afterwards the save is `uploaded`, unless the machine needs the agent first: then it resolves early, and is repeated.
   * An upload that is repeated after its answer was lost changes nothing. @throws VolvoxError forbidden, not-found, too-large, invalid: the
   * image service will never take it.
   */
  uploadSave(guestId: string, save: Save, context: StepContext): Promise<void>;
  /** Removes that file, and ends what is being done for it. */
  discardSave(guestId: string, saveId: string): Promise<void>;
  /** How the machine of the outgoing side is. @throws VolvoxError not-found; conflict when it is not up. */
  outgoingMachine(guestId: string): Promise<OutgoingMachine>;
  /** Starts the machine of the incoming side. Afterwards `incoming` is the migration's id, and `connectIncoming` finds it. */
  receive(desired: DesiredGuest, migrationId: string, context: StepContext): Promise<void>;
  /** The machine of the incoming side. @throws VolvoxError not-found, conflict when it does not wait. */
  connectIncoming(guestId: string, channel: MigrationChannel): Promise<Duplex>;
  /** Its processors run, if the guest is to run, once it has received everything. Afterwards `incoming` is null. */
  takeOver(desired: DesiredGuest, context: StepContext): Promise<void>;
  /**
   * Sends the state of the machine, in the background: a step that is cut off does not end it, and the next one joins. With `hurry` the
   * processors are halted. Afterwards `outgoing` says that it was sent, and the processors are halted; or that it failed, and they run on.
   */
  send(desired: DesiredGuest, migration: OutgoingSide, context: StepContext): Promise<void>;
  /** Ends what `send` has begun. Afterwards `outgoing` is null, and the machine is running, or paused if all was sent. */
  endSending(guestId: string): Promise<void>;
  /** Removes every file of a guest whose process is gone. */
  remove(guestId: string): Promise<void>;

  /** The last lines of the serial console (null: all that is kept). @throws VolvoxError not-found. */
  consoleOutput(guestId: string, lines: number | null): Promise<string>;
  /**
   * A connection to a console of a guest that is in memory; it ends with the machine. A guest has one connection to its serial console: a
   * later one ends the one before. A reader that is too slow for the serial console loses its connection, because it would slow the guest.
   * @throws VolvoxError not-found; conflict when it does not run, or its machine was started without such a console.
   */
  openConsole(guestId: string, type: ConsoleType): Promise<Duplex>;
  /** Begins to fetch a base image, and does not wait for it. @returns whether it is here. */
  cacheImage(image: Image): Promise<boolean>;
  /** Sends a non-maskable interrupt, on which many systems dump their memory. Each call sends one. @throws VolvoxError not-found, conflict. */
  injectNmi(guestId: string): Promise<void>;
  /**
   * Gives a user of the guest's system a password, through the guest agent.
   * @throws VolvoxError not-found; conflict when it does not run, has no channel for an agent, or the agent refuses; unsupported when no agent
   * answers. No error has the password in it.
   */
  setPassword(guestId: string, user: string, password: string): Promise<void>;
  /** @throws VolvoxError not-found, conflict when it does not run. */
  stats(guestId: string): Promise<GuestStats>;
  /** The disks of its guests, for agents that fetch them. */
  readonly disks: DiskReader;
}

export interface StepContext {
  readonly signal: AbortSignal;
  /** 0–100. `outgoing`: how far a live migration is, which may send the same memory again and again. */
  progress(percent: number, outgoing?: GuestFact['outgoing']): void;
}

/** What exists of a guest. */
export interface GuestFact {
  readonly guestId: string;
  readonly hostName: string;
  /** What was last accepted. */
  readonly desired: DesiredGuest;
  /**
   * shutdown: ended in order (asked for, by the host going down, or by itself). crashed: it should run, and its process is gone.
   * suspended: its memory is on disk, whether or not a process is still there.
   */
  readonly power: Exclude<PowerState, 'none'>;
  readonly hasDisk: boolean;
  readonly restarts: number;
  /** Shut down from inside since the last `accept` of a new generation. */
  readonly stoppedByItself: boolean;
  /** A process whose machine has ended is still there, and `kill` clears it away. */
  readonly leftover: boolean;
  /** How often it was started within the last minute because it had crashed. */
  readonly unaskedStarts: number;
  /** The taps that the network cards of the machine are on, of one that is up or suspended; null: there is none. */
  readonly cards: readonly string[] | null;
  /** Of those with a tag: the ones that came while the machine ran, or moved, so that they are elsewhere than after a start. Absent: none. */
  readonly movedCards?: readonly MovedCard[];
  /** The disks of services of the machine, of one that is up or suspended; null: there is none. */
  readonly disks: readonly ObservedDisk[] | null;
  /** How often its disks were made anew. */
  readonly rebuilds: number;
  /** The rescue whose disk is here; null: there is none. */
  readonly rescueDiskId: string | null;
  /** The rescue from whose disk the machine was started that is in memory or suspended; null: its root disk, or there is no machine. */
  readonly rescueId: string | null;
  /** Saves of which there is anything. */
  readonly saves: readonly ObservedSave[];
  /** The live migration for which its machine was started, until it has taken over. */
  readonly incoming: string | null;
  /** The live migration that sends or has sent its machine; `message`: why it failed. */
  readonly outgoing: (ObservedMigration & { readonly message: string }) | null;
}
