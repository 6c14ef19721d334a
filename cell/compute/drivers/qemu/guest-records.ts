import { chmod, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import type { AttachedDisk } from '#platform/objects/attached-disk.ts';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import { NO_PARTS, type ObservedDisk } from '#platform/objects/guest-parts.ts';
import type { Image } from '#platform/objects/image.ts';
import { syncFolder, writeFileAtomically } from '../../../agent/atomic-file.ts';
import { REMOVED_PREFIX, type StateFolders } from './guest-folder.ts';

/** A file of the root disk (saved-disks.ts), and how far it is. */
export type SavedDisk =
  | { readonly saveId: string; readonly state: 'begun' }
  | {
      readonly saveId: string;
      readonly state: 'saved' | 'uploaded';
      readonly sizeBytes: number;
      readonly sha256: string;
    };

/** A disk of a service; begun: there may be something of an attempt to attach it. */
export interface RecordedDisk {
  readonly disk: AttachedDisk;
  readonly state: ObservedDisk['state'];
}

export const asAttached = (disk: AttachedDisk): RecordedDisk => ({ disk, state: 'attached' });

/** What an agent remembers of a guest, beyond what the process and the files show. */
export interface GuestRecord {
  readonly desired: DesiredGuest;
  /** up: a process should be there; when it is not, the guest crashed (or its host did). */
  readonly expected: 'up' | 'down';
  readonly restarts: number;
  readonly stoppedByItself: boolean;
  /** A shutdown was asked of the guest, so that when it ends it did not do so by itself. */
  readonly stopAsked: boolean;
  /** When it was started because it had crashed, ms; the newest few. */
  readonly crashStartsMs: readonly number[];
  /** The machine as it was last started; a suspended one must be started with the same. */
  readonly machine: readonly string[];
  /** How often its disks were made anew; none yet: never. */
  readonly rebuilds?: number | undefined;
  /** The rescue whose disk is here, with the image under it; none: no disk of a rescue is here. */
  readonly rescue?: { readonly rescueId: string; readonly image: Image } | undefined;
  /** The machine was last started from the disk of `rescue`. */
  readonly isRescued?: boolean | undefined;
  /** None yet: none. */
  readonly saves?: readonly SavedDisk[] | undefined;
  /** The disks of services that `machine` has; none yet: none. */
  readonly attached?: readonly RecordedDisk[] | undefined;
  /** The process, if there is one, is no machine: it saves the disk of a guest that is down (saving-machine.ts). */
  readonly isSaving?: true | undefined;
  /** The live migration for which its machine was started, until it has taken over. */
  readonly incoming?: string | undefined;
  /** The live migration that its machine is the outgoing side of; `sent`: everything was sent; `failed`: why it was not. */
  readonly outgoing?: { readonly id: string; readonly sent?: boolean; readonly failed?: string } | undefined;
  /** Its agent was asked to freeze its file systems, and is not known to have thawed them. */
  readonly mayBeFrozen?: true | undefined;
  /** The user id of its process and its files; none yet: a guest of an earlier release, until its next start. */
  readonly uid?: number | undefined;
}

/** The images that the disks of a guest stand on, or will. */
export function imagesOf({ desired, rescue }: GuestRecord): readonly Image[] {
  const { boot } = desired.parts ?? NO_PARTS;
  return [
    desired.spec.image,
    ...(boot.from === 'rescue' ? [boot.image] : []),
    ...(rescue === undefined ? [] : [rescue.image]),
  ];
}

/** A record as its file has it. Agents of every release read these files, so their names stay. */
type SavedRecord = Omit<GuestRecord, 'desired'> & { readonly wanted: DesiredGuest };

const toSaved = ({ desired, ...rest }: GuestRecord): SavedRecord => ({ wanted: desired, ...rest });
const fromSaved = ({ wanted, ...rest }: SavedRecord): GuestRecord => ({ desired: wanted, ...rest });

/** The records of all guests, in memory and, before a call resolves, on disk. */
export class GuestRecords {
  readonly #folders: StateFolders;
  readonly #records = new Map<string, GuestRecord>();

  constructor(folders: StateFolders) {
    this.#folders = folders;
  }

  async open(): Promise<void> {
    const { guests } = this.#folders;
    await mkdir(guests, { recursive: true, mode: 0o700 });
    await chmod(guests, 0o700);
    for (const name of await readdir(guests)) {
      if (name.startsWith(REMOVED_PREFIX)) await rm(`${guests}/${name}`, { recursive: true, force: true });
      else await this.#load(name);
    }
  }

  get(guestId: string): GuestRecord | undefined {
    return this.#records.get(guestId);
  }

  all(): readonly GuestRecord[] {
    return [...this.#records.values()];
  }

  async put(record: GuestRecord): Promise<void> {
    const { guestId } = record.desired;
    await mkdir(this.#folders.guest(guestId), { recursive: true, mode: 0o700 });
    await writeFileAtomically(this.#folders.file(guestId, 'record'), JSON.stringify(toSaved(record)));
    this.#records.set(guestId, record);
  }

  async change(guestId: string, part: Partial<GuestRecord>): Promise<void> {
    const record = this.#records.get(guestId);
    if (record !== undefined) await this.put({ ...record, ...part });
  }

  /** Forgets the guest and removes its folder. From the first moment on it is not found again. */
  async remove(guestId: string): Promise<void> {
    const removed = this.#folders.removed(guestId);
    await rename(this.#folders.guest(guestId), removed);
    this.#records.delete(guestId);
    await syncFolder(this.#folders.guests);
    await rm(removed, { recursive: true, force: true });
  }

  /** A folder without a record was made by a process that died before it remembered anything: it holds nothing. */
  async #load(guestId: string): Promise<void> {
    const text = await readFile(this.#folders.file(guestId, 'record'), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) await rm(this.#folders.guest(guestId), { recursive: true, force: true });
    else this.#records.set(guestId, fromSaved(JSON.parse(text) as SavedRecord));
  }
}
