import { type FileHandle, open } from 'node:fs/promises';
import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Image } from '#platform/objects/image.ts';
import { tryCommand } from '../../../agent/run-command.ts';
import { longestFile } from './disk-sizes.ts';
import type { GuestCgroups } from './guest-cgroups.ts';
import { GUEST_FILES, type StateFolders } from './guest-folder.ts';
import { writeMounts } from './guest-mounts.ts';
import type { GuestRecord, GuestRecords } from './guest-records.ts';
import type { GuestUsers } from './guest-users.ts';
import type { ImageCache } from './image-cache.ts';
import { behindWall, incomingArguments, onBase, sandboxArguments, waitingArguments } from './qemu-wall.ts';
import type { Taps } from './taps.ts';
import { lockedKb, vfioFiles } from './vfio-files.ts';

interface GuestWallOptions {
  readonly qemu: string;
  readonly networkNamespace: string;
  /** Where it writes what is mounted for each guest. */
  readonly mounts: string;
  readonly folders: StateFolders;
  readonly records: GuestRecords;
  readonly users: GuestUsers;
  readonly cgroups: GuestCgroups;
  readonly images: ImageCache;
  readonly taps: Taps;
}

/** How a guest's process is to be started, with what is open for it: descriptors 3 and up. Whoever started it closes them. */
interface WalledMachine {
  readonly command: readonly string[];
  readonly files: readonly FileHandle[];
}

/**
 * What stands between the process of a guest and everything else: a user of its own, which its files and taps are given to; a sandbox; a
 * `/dev` of its own; control groups. All of it is done anew before each start, so it does not matter where an earlier attempt ended.
 */
export class GuestWall {
  readonly #options: GuestWallOptions;

  /** Before anything else, when the agent is root. */
  async open(): Promise<void> {
    if (this.#options.users.imageUid !== null) await writeMounts(this.#options.mounts);
  }

  constructor(options: GuestWallOptions) {
    this.#options = options;
  }

  /** `resume`: from the memory in its folder; `withoutNics`: the ports of the guest need not be here. @throws VolvoxError unavailable when its base image or a tap is not here. */
  async prepare(
    guestId: string,
    machine: readonly string[],
    { resume = false, withoutNics = false, incoming = false } = {},
  ): Promise<WalledMachine> {
    const { qemu, networkNamespace, mounts, folders, records, users, cgroups, images, taps } = this.#options;
    const record = records.get(guestId);
    if (record === undefined) throw new VolvoxError('not-found', `No guest ${guestId} is here.`);
    const { spec } = record.desired;
    const nics = withoutNics ? [] : spec.nics;
    const uid = await users.ownFiles(guestId);
    if (uid !== null)
      await taps.giveTo(
        uid,
        nics.map((nic) => nic.tapName),
      );
    const groups = uid === null ? [] : await cgroups.prepare(guestId, spec);
    const wall =
      uid === null
        ? networkNamespace === ''
          ? []
          : ['ip', 'netns', 'exec', networkNamespace]
        : behindWall({
            ...{ uid, networkNamespace, cgroups: groups, mounts, fileBytes: longestFile(spec) },
            ...{ kvm: machine.includes('kvm'), taps: true },
            ...{ deviceFiles: await vfioFiles(spec.devices ?? []), lockedKb: lockedKb(spec) },
          });
    const bases = basesOf(record);
    const paths = bases.map(({ image }) => images.path(image.sha256));
    const files = await openAll([...paths, ...(resume ? [folders.file(guestId, 'memory')] : [])]);
    const disks = bases.map(({ file, image }) => ({ file, baseFormat: image.diskFormat }));
    const based = onBase(machine, disks, GUEST_FILES.monitor);
    return {
      command: [
        ...wall,
        qemu,
        ...based,
        ...sandboxArguments(disks),
        ...(resume ? incomingArguments(disks) : []),
        ...(incoming ? waitingArguments(GUEST_FILES.incomingSocket) : []),
      ],
      files,
    };
  }

  /** Why no guest can be confined here; null: it can. Tries it with a program that does nothing. */
  async problem(): Promise<string | null> {
    const uid = this.#options.users.imageUid;
    if (uid === null) return null;
    const [program = '', ...args] = behindWall({
      ...{ uid, networkNamespace: '', mounts: this.#options.mounts, cgroups: [], fileBytes: null },
      ...{ kvm: false, taps: true },
    });
    const refusal = await tryCommand(program, [...args, 'true']).then(
      ({ status, stderr }) => (status === 0 ? null : stderr.trim() || `status ${status}`),
      messageOf,
    );
    if (refusal === null) return null;
    return `guests cannot be confined (${refusal}); it takes unshare, mount, mknod and setpriv, CAP_SYS_ADMIN and CAP_MKNOD`;
  }

  /** Its process is there, and needs to make no more names. */
  async started(guestId: string): Promise<void> {
    await this.#options.users.closeFolders(guestId);
  }

  /** Its process is gone. */
  async ended(guestId: string): Promise<void> {
    await this.#options.cgroups.remove(guestId);
  }
}

/** The disks of the machine that stand on images. */
function basesOf({
  desired,
  rescue,
  isRescued,
}: GuestRecord): readonly { readonly file: string; readonly image: Image }[] {
  const root = { file: GUEST_FILES.disk, image: desired.spec.image };
  return isRescued === true && rescue !== undefined
    ? [root, { file: GUEST_FILES.rescue, image: rescue.image }]
    : [root];
}

async function openAll(paths: readonly string[]): Promise<readonly FileHandle[]> {
  const files: FileHandle[] = [];
  try {
    for (const path of paths) files.push(await open(path, 'r'));
    return files;
  } catch (cause) {
    for (const file of files) await file.close();
    throw new VolvoxError('unavailable', `A file of the guest cannot be opened: ${(cause as Error).message}`, {
      cause,
    });
  }
}
