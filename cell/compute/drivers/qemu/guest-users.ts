import { constants } from 'node:fs';
import { type FileHandle, mkdir, rm } from 'node:fs/promises';
import type { Logger } from '#platform/logging/logger.ts';
import { BLANK_DISKS } from '#platform/objects/guest-disks.ts';
import type { UidRange } from '../../uid-range.ts';
import type { StateFolders } from './guest-folder.ts';
import type { GuestRecords } from './guest-records.ts';
import { type Adoption, GuestUids } from './guest-uids.ts';
import { openFile, openFolder } from './unfollowed.ts';

const { O_APPEND, O_CREAT, O_WRONLY } = constants;

interface GuestUsersOptions {
  readonly folders: StateFolders;
  readonly records: GuestRecords;
  /** null: the agent is not root, so everything runs as its user. */
  readonly range: UidRange | null;
  readonly log: Logger;
}

const NOT_KEPT: Readonly<Record<Exclude<Adoption, 'adopted'>, string>> = {
  taken: 'the user id of this guest is taken; it gets another at its next start',
  outside: 'the user id of this guest is outside compute.guestUids; it gets another at its next start',
};

/**
 * The user that each guest's process runs as, and what belongs to it:
 *
 *   guests/<id>/       root's, 0710, of the guest's group: the guest's process enters it and can add, rename or replace nothing in it, so
 *                      that the agent, which is root, never follows a name that a guest has put there
 *   disks, console.log  the guest's, 0600
 *   config drive        root's, 0640, of the guest's group
 *   run/               for the monitor's socket: the guest's, 0700, until its process has made it; then root's, 0710
 *   everything else    root's, 0600
 */
export class GuestUsers {
  readonly #options: GuestUsersOptions;
  readonly #uids: GuestUids | null;

  constructor(options: GuestUsersOptions) {
    this.#options = options;
    this.#uids = options.range === null ? null : new GuestUids({ range: options.range });
  }

  /** The user of the programs that inspect images; null: the agent's own. */
  get imageUid(): number | null {
    return this.#uids?.imageUid ?? null;
  }

  /** Takes over what the records say. */
  async open(): Promise<void> {
    const { records, log } = this.#options;
    for (const { desired, uid } of records.all()) {
      if (uid === undefined || this.#uids === null) continue;
      const adoption = this.#uids.adopt(desired.guestId, uid);
      if (adoption === 'adopted') continue;
      log.error({ guestId: desired.guestId, uid, guestUids: this.#options.range }, NOT_KEPT[adoption]);
      await records.change(desired.guestId, { uid: undefined });
    }
  }

  /**
   * The guest's user id, given and remembered at the first call: its record has it before it owns anything. A guest of an earlier
   * release has none until its next start. null: the agent is not root.
   */
  async uidOf(guestId: string): Promise<number | null> {
    const { records } = this.#options;
    if (this.#uids === null) return null;
    const uid = await this.#uids.allocate(guestId);
    if (records.get(guestId)?.uid !== uid) await records.change(guestId, { uid });
    return uid;
  }

  /** Gives the guest its folder, so that programs that work on its disks can run as its user. */
  async ownFolder(guestId: string): Promise<number | null> {
    const uid = await this.uidOf(guestId);
    if (uid === null) return null;
    await give(await openFolder(this.#options.folders.guest(guestId)), { uid: 0, gid: uid, mode: 0o710 });
    return uid;
  }

  /** Prepares the files of a guest before each start: its user becomes their owner, and the leftovers of its last process are removed. */
  async ownFiles(guestId: string): Promise<number | null> {
    const { folders } = this.#options;
    const uid = await this.ownFolder(guestId);
    await rm(folders.file(guestId, 'formerMonitor'), { force: true });
    await rm(folders.file(guestId, 'pid'), { force: true });
    // What its last process left there is not this one's.
    await rm(folders.file(guestId, 'run'), { recursive: true, force: true });
    await mkdir(folders.file(guestId, 'run'), { mode: 0o700 });
    await (await openFile(folders.file(guestId, 'console'), O_WRONLY | O_APPEND | O_CREAT)).close();
    if (uid === null) return null;
    await give(await openFolder(folders.file(guestId, 'run')), { uid, gid: uid, mode: 0o700 });
    for (const name of ['disk', ...BLANK_DISKS, 'rescue', 'console'] as const) {
      await giveFile(folders.file(guestId, name), { uid, gid: uid, mode: 0o600 });
    }
    await giveFile(folders.file(guestId, 'configDrive'), { uid: 0, gid: uid, mode: 0o640 });
    return uid;
  }

  /** After a start. Its process has made the socket of its monitor and can make no further name on the host. */
  async closeFolders(guestId: string): Promise<void> {
    const uid = await this.uidOf(guestId);
    if (uid === null) return;
    await give(await openFolder(this.#options.folders.file(guestId, 'run')), { uid: 0, gid: uid, mode: 0o710 });
  }

  /** Its record is gone. */
  release(guestId: string): void {
    this.#uids?.release(guestId);
  }
}

interface Access {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** What is not there is nobody's. @throws VolvoxError forbidden when it is no file of its own. */
async function giveFile(path: string, to: Access): Promise<void> {
  const file = await openFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file !== null) await give(file, to);
}

/** Closes it. */
async function give(file: FileHandle, { uid, gid, mode }: Access): Promise<void> {
  try {
    await file.chown(uid, gid);
    await file.chmod(mode);
  } finally {
    await file.close();
  }
}
