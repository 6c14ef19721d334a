import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import type { GuestFact } from '../../../cell/compute/drivers/driver.ts';

/** A guest as it really is on a host, whatever any process believes. */
export interface PhysicalGuest {
  desired: DesiredGuest;
  readonly cellName: string;
  power: GuestFact['power'];
  /** The content of the disk, null without a disk. Each start writes to it. */
  disk: Disk | null;
  restarts: number;
  stoppedByItself: boolean;
  rebuilds: number;
  /** The rescue whose disk it has, and the one that its machine was last started from. */
  rescueDiskId: string | null;
  rescueId: string | null;
  /** The taps of the network cards that its machine was last up with. */
  cards: readonly string[];
  /** The disks of services that its machine was last up with. */
  disks: readonly string[];
  readonly saves: Map<string, PhysicalSave>;
  /** The live migration that its machine waits for, or whose state it has. */
  incoming: string | null;
  /** The live migration that was sent its state: its processors are halted. */
  outgoing: string | null;
}

/** A file of the root disk: what was written to that when it was made. */
interface PhysicalSave {
  readonly state: 'saved' | 'uploaded';
  readonly written: number;
}

/** What a host uploaded: the disk of this guest. */
interface UploadedImage {
  readonly guestId: string;
  readonly written: number;
  readonly isRebuilt: boolean;
}

interface Disk {
  /** Grows with every write of any guest of the instance; a transferred disk has the same value. */
  readonly written: number;
  /** The guest from which it was transferred; null once it has been started since. */
  readonly clonedFrom: string | null;
  /** It was made anew by a rebuild, so that it may be empty. */
  readonly isRebuilt: boolean;
  /** The image that a host had uploaded, if it was made from that and has not been started since. */
  readonly image?: UploadedImage;
}

/** What an observer of all hosts is told, at the moment it happens. */
interface HostObserver {
  /** `guest` is about to run; `others` are the guests of the same instance that run now, on whatever host. */
  starts(guest: PhysicalGuest, others: readonly PhysicalGuest[]): void;
  /** An image gets its bytes. @returns false when nobody has made that image. */
  uploads(imageId: string): boolean;
}

/** All machines of the region with their disks and processes. They outlive every agent. */
export class PhysicalHosts {
  readonly guests = new Map<string, PhysicalGuest>();
  /** What each guest wrote last to its disk, or what was on its disk when that was made or transferred; of guests that are gone too. */
  readonly lastWritten = new Map<string, number>();
  /** What was uploaded, by image. */
  readonly images = new Map<string, UploadedImage>();
  /** Names of hosts that start no guest now. */
  readonly refusing = new Set<string>();
  /** Who hears what happens to the guests of a host without being asked for, by host. */
  readonly #listeners = new Map<string, (guestId: string) => void>();
  readonly #observer: HostObserver;
  #written = 0;

  constructor(observer: HostObserver) {
    this.#observer = observer;
  }

  on(hostName: string): PhysicalGuest[] {
    return [...this.guests.values()].filter(({ desired }) => desired.hostName === hostName);
  }

  guestsOf(instanceUuid: string): PhysicalGuest[] {
    return [...this.guests.values()].filter(({ desired }) => desired.spec.instanceUuid === instanceUuid);
  }

  accept(cellName: string, desired: DesiredGuest): void {
    const guest = this.guests.get(desired.guestId);
    if (guest !== undefined) {
      guest.desired = desired;
      guest.stoppedByItself = false;
      return;
    }
    this.guests.set(desired.guestId, {
      ...{ desired, cellName, power: 'shutdown', disk: null, restarts: 0, stoppedByItself: false },
      ...{ rebuilds: 0, rescueDiskId: null, rescueId: null, saves: new Map() },
      ...{ incoming: null, outgoing: null },
      ...{ cards: [], disks: [] },
    });
  }

  saveDisk(guestId: string, saveId: string): void {
    const { disk, saves } = this.get(guestId);
    if (disk === null) throw new VolvoxError('conflict', `Guest ${guestId} has no disk.`);
    if (!saves.has(saveId)) saves.set(saveId, { state: 'saved', written: disk.written });
  }

  uploadSave(guestId: string, saveId: string): void {
    const { saves, disk } = this.get(guestId);
    const save = saves.get(saveId);
    if (save === undefined) throw new VolvoxError('conflict', `Guest ${guestId} has not saved ${saveId}.`);
    if (!this.#observer.uploads(saveId)) throw new VolvoxError('not-found', `There is no image ${saveId}.`);
    this.images.set(saveId, { guestId, written: save.written, isRebuilt: disk?.isRebuilt ?? false });
    saves.set(saveId, { ...save, state: 'uploaded' });
  }

  discardSave(guestId: string, saveId: string): void {
    this.get(guestId).saves.delete(saveId);
  }

  /** From the image, or from another guest's disk, which must not be written to meanwhile. */
  makeDisk(desired: DesiredGuest): void {
    const guest = this.get(desired.guestId);
    if (guest.disk !== null) return;
    const from = desired.spec.diskSource;
    const image = this.images.get(desired.spec.image.id);
    if (from === null && image !== undefined) {
      guest.disk = { written: image.written, clonedFrom: null, isRebuilt: image.isRebuilt, image };
      this.lastWritten.set(desired.guestId, image.written);
      return;
    }
    if (from === null) {
      guest.disk = { written: 0, clonedFrom: null, isRebuilt: guest.rebuilds > 0 };
      this.lastWritten.set(desired.guestId, 0);
      return;
    }
    const source = this.guests.get(from.guestId);
    if (source === undefined || source.disk === null)
      throw new VolvoxError('not-found', `There is no disk of ${from.guestId}.`);
    if (isLive(source)) throw new VolvoxError('conflict', `Guest ${from.guestId} runs.`);
    guest.disk = { written: source.disk.written, clonedFrom: from.guestId, isRebuilt: source.disk.isRebuilt };
    this.lastWritten.set(desired.guestId, source.disk.written);
  }

  /** It has not been started since its disk was transferred, and what it was transferred from has changed since, or runs. */
  isOutdatedTransfer({ disk }: PhysicalGuest): boolean {
    if (disk === null || disk.clonedFrom === null) return false;
    const source = this.guests.get(disk.clonedFrom);
    return disk.written !== (this.lastWritten.get(disk.clonedFrom) ?? 0) || (source !== undefined && isLive(source));
  }

  /** A machine that waits, with its processors halted. */
  receive(guestId: string, migrationId: string): void {
    const guest = this.get(guestId);
    Object.assign(guest, { power: 'paused', incoming: migrationId, cards: cardsOf(guest), disks: disksOf(guest) });
  }

  /** All that the machine has is at the other end afterwards, and its processors are halted. */
  send(guestId: string, migrationId: string, toGuestId: string): void {
    const [from, to] = [this.get(guestId), this.get(toGuestId)];
    if (!isLive(from)) throw new VolvoxError('conflict', `Guest ${guestId} does not run.`);
    if (to.incoming !== migrationId || to.power !== 'paused' || from.disk === null)
      throw new VolvoxError('conflict', `No machine waits for guest ${guestId}.`);
    to.disk = { ...from.disk };
    this.lastWritten.set(toGuestId, from.disk.written);
    Object.assign(from, { outgoing: migrationId, power: 'paused' });
  }

  /** Its processors run from here on. */
  takeOver(guestId: string, power: 'running' | 'paused'): void {
    const guest = this.get(guestId);
    const others = this.guestsOf(guest.desired.spec.instanceUuid).filter(
      (one) => one !== guest && isLive(one) && one.outgoing === null,
    );
    this.#observer.starts(guest, others);
    this.#written += 1;
    if (guest.disk !== null) guest.disk = { ...guest.disk, written: this.#written };
    this.lastWritten.set(guestId, this.#written);
    Object.assign(guest, { power, incoming: null });
  }

  discardDisk(guestId: string, rebuild: number): void {
    const guest = this.get(guestId);
    if (hasMachine(guest)) throw new Error(`the disk of guest ${guestId} is discarded while it has a machine`);
    Object.assign(guest, { disk: null, rebuilds: rebuild });
  }

  run(guestId: string, power: 'running' | 'paused'): void {
    const guest = this.get(guestId);
    if (!isLive(guest)) {
      if (guest.disk === null) throw new Error(`guest ${guestId} is started without a disk`);
      // One that has sent everything to its successor is halted.
      const others = this.guestsOf(guest.desired.spec.instanceUuid).filter(
        (one) => one !== guest && isLive(one) && one.outgoing === null,
      );
      this.#observer.starts(guest, others);
      guest.stoppedByItself = false;
      guest.rescueId = guest.rescueDiskId;
      guest.cards = cardsOf(guest);
      guest.disks = disksOf(guest);
      this.#written += 1;
      guest.disk = { written: this.#written, clonedFrom: null, isRebuilt: guest.disk.isRebuilt };
      this.lastWritten.set(guestId, this.#written);
    }
    const runs = this.guestsOf(guest.desired.spec.instanceUuid).filter((one) => one.power === 'running');
    if (power === 'running' && guest.power === 'paused' && runs.length > 0) this.#observer.starts(guest, runs);
    guest.power = power;
  }

  /** The agent of the host hears it; a later one in place of an earlier one. */
  listen(hostName: string, listener: (guestId: string) => void): void {
    this.#listeners.set(hostName, listener);
  }

  /** The system of the guest shuts down. Nothing happens to one whose processors do not run. */
  stopByItself(guestId: string): void {
    const guest = this.get(guestId);
    if (guest.power !== 'running' || guest.incoming !== null || guest.outgoing !== null) return;
    Object.assign(guest, { power: 'shutdown', stoppedByItself: true });
    this.#listeners.get(guest.desired.hostName)?.(guestId);
  }

  /** The host loses its power. */
  powerOff(hostName: string): void {
    for (const guest of this.on(hostName)) if (isLive(guest)) guest.power = 'crashed';
  }

  get(guestId: string): PhysicalGuest {
    const guest = this.guests.get(guestId);
    if (guest === undefined) throw new VolvoxError('not-found', `No guest ${guestId} is here.`);
    return guest;
  }
}

const disksOf = ({ desired }: PhysicalGuest): readonly string[] => (desired.parts?.disks ?? []).map(({ id }) => id);
const cardsOf = ({ desired }: PhysicalGuest): readonly string[] => desired.spec.nics.map(({ tapName }) => tapName);

export const hasMachine = (guest: PhysicalGuest): boolean => isLive(guest) || guest.power === 'suspended';

export const isLive = ({ power }: PhysicalGuest): boolean => power === 'running' || power === 'paused';
