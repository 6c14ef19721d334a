import { createHash } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Dispatcher } from 'undici';
import { isVolvoxError, messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import { exists } from '#platform/files/exists.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { Save } from '#platform/objects/guest-parts.ts';
import { syncFolder } from '../../../agent/atomic-file.ts';
import { uploadFile } from '../../upload-file.ts';
import type { StepContext } from '../driver.ts';
import type { DiskImages } from './disk-image.ts';
import { inWorkPath, type StateFolders } from './guest-folder.ts';
import type { GuestRecords, SavedDisk } from './guest-records.ts';
import type { GuestUsers } from './guest-users.ts';
import type { ImageCache } from './image-cache.ts';
import type { Machines } from './machines.ts';
import { makeEmptyFile } from './make-empty-file.ts';
import type { Quiescer } from './quiescer.ts';
import { cancelSave, saveByJob } from './save-job.ts';
import { savingMachine } from './saving-machine.ts';
import { openFile } from './unfollowed.ts';

const UNIT_BYTES = 512;
const READ_BYTES = 256 * 1024;

interface SavedDisksOptions {
  readonly folders: StateFolders;
  readonly records: GuestRecords;
  readonly users: Pick<GuestUsers, 'ownFolder'>;
  readonly machines: Machines;
  readonly diskImages: DiskImages;
  readonly images: ImageCache;
  readonly quiescer: Pick<Quiescer, 'freeze'>;
  readonly log: Logger;
  /** How the image service is reached. */
  readonly uploads: Dispatcher;
}

/**
 * Files of root disks, `save-<saveId>.qcow2` in the folder of the guest. The record of the guest says how far each is, before anything of it
 * exists, so that nothing is left of one that is no longer desired. The guest's process writes the file under another name; it gets its
 * name when it is whole and durable, and is the agent's from then on.
 */
export class SavedDisks {
  readonly #options: SavedDisksOptions;

  constructor(options: SavedDisksOptions) {
    this.#options = options;
  }

  async save(guestId: string, save: Save, context: StepContext): Promise<void> {
    const path = this.#path(guestId, save.saveId);
    await this.#note(guestId, { state: 'begun', saveId: save.saveId });
    if (!(await exists(path))) {
      await this.#make(guestId, save, context);
      await this.#take(guestId, path);
    }
    const { size } = await stat(path);
    await this.#note(guestId, { state: 'saved', saveId: save.saveId, sizeBytes: size, sha256: await sha256Of(path) });
  }

  async upload(guestId: string, { saveId, upload }: Save, { signal, progress }: StepContext): Promise<void> {
    const saved = this.#options.records.get(guestId)?.saves?.find((one) => one.saveId === saveId);
    if (saved === undefined || saved.state === 'begun') throw new VolvoxError('conflict', 'The disk is not saved yet.');
    const { sizeBytes, sha256 } = saved;
    const file = await openFile(this.#path(guestId, saveId));
    try {
      await uploadFile(() => file.createReadStream({ autoClose: false, highWaterMark: READ_BYTES, start: 0 }), {
        ...{ dispatcher: this.#options.uploads, url: upload.url, ticket: upload.ticket },
        ...{ sizeBytes, sha256, progress, signal },
      });
    } finally {
      await file.close();
    }
    await this.#note(guestId, { ...saved, state: 'uploaded' });
  }

  async discard(guestId: string, saveId: string): Promise<void> {
    const { folders, machines, records } = this.#options;
    if ((await machines.state(guestId)) !== 'gone') await cancelSave(machines, guestId, saveId);
    const path = this.#path(guestId, saveId);
    for (const name of [inWorkPath(path), path]) await rm(name, { force: true });
    await syncFolder(folders.guest(guestId));
    const saves = (records.get(guestId)?.saves ?? []).filter((one) => one.saveId !== saveId);
    await records.change(guestId, { saves });
  }

  /** Ends the uploads. */
  async close(): Promise<void> {
    await this.#options.uploads.destroy();
  }

  /** By the guest's own machine, or by a process that has only its disk. */
  async #make(guestId: string, save: Save, context: StepContext): Promise<void> {
    const { machines, records } = this.#options;
    const state = await machines.state(guestId);
    if (state === 'running' || state === 'paused') {
      if (state === 'paused' && save.quiesce === 'required') throw cannotQuiesce('The guest is paused.');
      return await this.#copy(guestId, save, context, state === 'running' ? save.quiesce : 'never');
    }
    if (state !== 'gone') throw new VolvoxError('unavailable', `The process of the guest is ${state}.`);
    await records.change(guestId, { isSaving: true });
    try {
      await machines.launch(guestId, savingMachine(guestId), { withoutNics: true });
      await this.#copy(guestId, save, context, 'never');
    } finally {
      await machines.end(guestId);
      await records.change(guestId, { isSaving: undefined });
    }
  }

  async #copy(guestId: string, { saveId }: Save, context: StepContext, quiesce: Save['quiesce']): Promise<void> {
    const { folders, machines, users, diskImages } = this.#options;
    const uid = await users.ownFolder(guestId);
    const inWork = inWorkPath(this.#path(guestId, saveId));
    const makeFile = async () => {
      await this.#checkSpace(guestId);
      const sizeBytes = await diskImages.as(uid).virtualBytes(folders.file(guestId, 'disk'));
      await makeEmptyFile(inWork, uid);
      await diskImages.as(uid).createEmpty(inWork, sizeBytes);
    };
    const atQuietMoment = async (work: () => Promise<void>) => {
      const thaw = quiesce === 'never' ? null : await this.#freeze(guestId, quiesce);
      try {
        await work();
      } finally {
        await thaw?.();
      }
    };
    const file = basename(inWork);
    await saveByJob(machines, { guestId, saveId, file, makeFile, atQuietMoment }, context);
    await diskImages.as(uid).checkOwn(inWork, false);
  }

  async #freeze(guestId: string, quiesce: Save['quiesce']): Promise<(() => Promise<void>) | null> {
    return await this.#options.quiescer.freeze(guestId).catch((error: unknown) => {
      if (!isVolvoxError(error, 'unsupported') && !isVolvoxError(error, 'conflict')) throw error;
      if (quiesce === 'required') throw cannotQuiesce(error.message, error);
      this.#options.log.warn({ guestId, reason: messageOf(error) }, 'a disk is saved of a guest that does not quiesce');
      return null;
    });
  }

  /** What the guest's process has made becomes the agent's, durably. */
  async #take(guestId: string, path: string): Promise<void> {
    const file = await openFile(inWorkPath(path));
    try {
      await file.sync();
      await file.chmod(0o600);
      if (process.getuid?.() === 0) await file.chown(0, 0);
    } finally {
      await file.close();
    }
    await rename(inWorkPath(path), path);
    await syncFolder(this.#options.folders.guest(guestId));
  }

  /** The file may become as long as what the disk and its base image take. @throws VolvoxError no-capacity. */
  async #checkSpace(guestId: string): Promise<void> {
    const { folders, images, records } = this.#options;
    const { blocks } = await stat(folders.file(guestId, 'disk'));
    const sha256 = records.get(guestId)?.desired.spec.image.sha256 ?? '';
    const base = await stat(images.path(sha256));
    const bytes = blocks * UNIT_BYTES + base.blocks * UNIT_BYTES;
    if (bytes > (await images.spaceBytes()))
      throw new VolvoxError('no-capacity', `This host has no space left for a save of up to ${bytes} bytes.`);
  }

  async #note(guestId: string, saved: SavedDisk): Promise<void> {
    const { records } = this.#options;
    const others = (records.get(guestId)?.saves ?? []).filter(({ saveId }) => saveId !== saved.saveId);
    await records.change(guestId, { saves: [...others, saved] });
  }

  #path(guestId: string, saveId: string): string {
    return join(this.#options.folders.guest(guestId), `save-${saveId}.qcow2`);
  }
}

const cannotQuiesce = (reason: string, cause?: unknown): VolvoxError =>
  new VolvoxError('unsupported', `The image requires the guest to quiesce (os_require_quiesce). ${reason}`, {
    blame: 'request',
    cause,
  });

async function sha256Of(path: string): Promise<string> {
  const file = await openFile(path);
  try {
    const sum = createHash('sha256');
    await pipeline(file.createReadStream({ autoClose: false, highWaterMark: READ_BYTES }), sum);
    return sum.digest('hex');
  } finally {
    await file.close();
  }
}
