import { chmod, chown, mkdir, open, rm } from 'node:fs/promises';
import type { Logger } from '#platform/logging/logger.ts';
import type { UidRange } from '../../uid-range.ts';
import type { StateFolders } from './guest-folder.ts';
import type { GuestRecords } from './guest-records.ts';
import { GuestUids } from './guest-uids.ts';

interface GuestUsersOptions {
  readonly folders: StateFolders;
  readonly records: GuestRecords;
  /** null: the agent is not root, so everything runs as its user. */
  readonly range: UidRange | null;
  readonly log: Logger;
}

/**
 * The user that each guest's process runs as, and what belongs to it:
 *
 *   guests/<id>/       root's, 0710, of the guest's group: the guest's process enters it and can add, rename or replace nothing in it, so
 *                      that the agent, which is root, never follows a name that a guest has put there
 *   disks, console.log  the guest's, 0600
 *   config drive        root's, 0640, of the guest's group
 *   run/               the guest's, 0700: the monitor's socket
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
      if (uid === undefined || this.#uids === null || this.#uids.adopt(desired.guestId, uid)) continue;
      log.error(
        { guestId: desired.guestId, uid },
        'two guests have one user id; this one gets another at its next start',
      );
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
    const folder = this.#options.folders.guest(guestId);
    await chown(folder, 0, uid);
    await chmod(folder, 0o710);
    return uid;
  }

  /** Prepares the files of a guest before each start: its user becomes their owner, and the leftovers of its last process are removed. */
  async ownFiles(guestId: string): Promise<number | null> {
    const { folders } = this.#options;
    const uid = await this.ownFolder(guestId);
    await rm(folders.file(guestId, 'formerMonitor'), { force: true });
    await rm(folders.file(guestId, 'pid'), { force: true });
    await mkdir(folders.file(guestId, 'run'), { recursive: true, mode: 0o700 });
    await (await open(folders.file(guestId, 'console'), 'a', 0o600)).close();
    if (uid === null) return null;
    await chown(folders.file(guestId, 'run'), uid, uid);
    for (const name of ['disk', 'ephemeral', 'swap', 'console'] as const) {
      await give(folders.file(guestId, name), { uid, gid: uid, mode: 0o600 });
    }
    await give(folders.file(guestId, 'configDrive'), { uid: 0, gid: uid, mode: 0o640 });
    return uid;
  }

  /** Its record is gone. */
  release(guestId: string): void {
    this.#uids?.release(guestId);
  }
}

/** What is not there is nobody's. */
async function give(path: string, to: { readonly uid: number; readonly gid: number; readonly mode: number }) {
  try {
    await chown(path, to.uid, to.gid);
    await chmod(path, to.mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
