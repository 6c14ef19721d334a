/** How long a build waits for cells that say nothing before it is told that there is no host, ms. */
const RETRY_BUDGET_MS = 60_000;
/** A build that was not looked at for so long is not here any more: somebody else has it, or it has ended, ms. */
const FORGOTTEN_AFTER_MS = 15 * 60_000;

/**
 * Since when builds wait for cells that say nothing, by what this process has seen. It counts from the first look in vain and not from the
 * request: while the global tier was away nobody looked, and just after it came back cells are silent that are well.
 */
export class RetryBudget {
  readonly #since = new Map<string, number>();

  /** Whether the build, for which a look was in vain now, has waited long enough. */
  isOver(uuid: string, now: number): boolean {
    const since = this.#since.get(uuid);
    if (since === undefined) {
      this.#forgetOld(now);
      this.#since.set(uuid, now);
      return false;
    }
    return now - since >= RETRY_BUDGET_MS;
  }

  /** It has a place, or an end. */
  forget(uuid: string): void {
    this.#since.delete(uuid);
  }

  /** Oldest first, as they came. */
  #forgetOld(now: number): void {
    for (const [uuid, since] of this.#since) {
      if (now - since < FORGOTTEN_AFTER_MS) return;
      this.#since.delete(uuid);
    }
  }
}
