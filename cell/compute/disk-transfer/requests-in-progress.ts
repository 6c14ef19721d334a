import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** More than two attempts of one disk transfer ask for at once. */
const MAX_PER_GUEST = 16;

/**
 * Bounds the requests for the disks of one guest that are in progress: each costs memory for a block, or processes that inspect disks, until its
 * answer has been read, and whoever asks may be a host of another cell that reads nothing.
 */
export class RequestsInProgress {
  readonly #byGuest = new Map<string, number>();

  /** @returns what ends it; call it once. @throws VolvoxError unavailable when there are too many. */
  begin(guestId: string): () => void {
    const count = this.#byGuest.get(guestId) ?? 0;
    if (count >= MAX_PER_GUEST) {
      throw new VolvoxError(
        'unavailable',
        `${MAX_PER_GUEST} requests for the disks of guest ${guestId} are in progress.`,
      );
    }
    this.#byGuest.set(guestId, count + 1);
    return () => {
      const left = (this.#byGuest.get(guestId) ?? 0) - 1;
      if (left > 0) this.#byGuest.set(guestId, left);
      else this.#byGuest.delete(guestId);
    };
  }
}
