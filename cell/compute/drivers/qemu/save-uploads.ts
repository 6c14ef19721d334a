import type { Logger } from '#platform/logging/logger.ts';
import type { Save } from '#platform/objects/guest-parts.ts';
import type { StepContext } from '../driver.ts';
import type { Machines } from './machines.ts';
import type { SavedDisks } from './saved-disks.ts';

interface SaveUploadsOptions {
  readonly machines: Machines;
  readonly saves: SavedDisks;
  readonly log: Logger;
}

/** Uploads of saved disks, which give way to what happens to the machine of their guest. */
export class SaveUploads {
  readonly #options: SaveUploadsOptions;
  /** Guests whose save is being uploaded, and what to call when something happened to their machine. */
  readonly #uploading = new Map<string, () => void>();

  constructor(options: SaveUploadsOptions) {
    this.#options = options;
  }

  happened(guestId: string): void {
    this.#uploading.get(guestId)?.();
  }

  /** A machine that ends meanwhile is looked at first; the upload begins again afterwards. */
  async upload(guestId: string, save: Save, context: StepContext): Promise<void> {
    const { machines, saves, log } = this.#options;
    const before = await machines.state(guestId);
    const interrupted = new AbortController();
    this.#uploading.set(guestId, () => {
      machines.state(guestId).then(
        (now) => now !== before && interrupted.abort(new Error('the machine ended')),
        (error) => log.warn({ err: error, guestId }, 'the state of a machine is not known'),
      );
    });
    try {
      const signal = AbortSignal.any([context.signal, interrupted.signal]);
      await saves.upload(guestId, save, { ...context, signal });
    } catch (error) {
      context.signal.throwIfAborted();
      if (!interrupted.signal.aborted) throw error;
    } finally {
      this.#uploading.delete(guestId);
    }
  }
}
