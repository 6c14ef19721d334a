import { isVolvoxError, messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { GuestAgents } from './guest-agents.ts';
import type { GuestRecords } from './guest-records.ts';
import type { Machines } from './machines.ts';

/** Within which a guest has to write out what its programs have written, ms. */
const FREEZE_MS = 30_000;
const THAW_MS = 5_000;
/** Between attempts to thaw a guest that did not answer; each wait is twice the one before, ms. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

interface QuiescerOptions {
  readonly agents: Pick<GuestAgents, 'ask' | 'check'>;
  readonly records: Pick<GuestRecords, 'get' | 'all' | 'change'>;
  readonly machines: Pick<Machines, 'state'>;
  readonly log: Logger;
  readonly clock?: Clock;
}

/**
 * Has the agents of running guests flush their file systems and hold all writes for a moment. A guest's record says that it may be frozen,
 * before its agent is asked to freeze, until its agent has thawed it or its machine has gone. A guest that does not answer is asked to thaw
 * again and again; so is one whose record says so when the compute agent starts.
 */
export class Quiescer {
  readonly #options: QuiescerOptions;
  readonly #clock: Clock;
  /** Guests that are asked to thaw, in the background. */
  readonly #thawing = new Map<string, AbortController>();

  constructor(options: QuiescerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * @returns what lets the guest write again. It does not throw because of the guest.
   * @throws VolvoxError conflict when the machine has no channel to an agent; unsupported when the agent does not do it, and the guest writes
   * on; unavailable when the machine does not answer.
   */
  async freeze(guestId: string): Promise<() => Promise<void>> {
    const { agents, records } = this.#options;
    this.#thawing.get(guestId)?.abort();
    await agents.check(guestId);
    if (records.get(guestId)?.mayBeFrozen === true && !(await this.#thawOnce(guestId))) {
      this.#thawLater(guestId);
      throw new VolvoxError('unsupported', 'The guest agent does not answer.');
    }
    await records.change(guestId, { mayBeFrozen: true });
    const thaw = async () => {
      if (!(await this.#thawOnce(guestId))) this.#thawLater(guestId);
    };
    try {
      const answer = await agents.ask(guestId, { execute: 'guest-fsfreeze-freeze' }, FREEZE_MS);
      if (answer === 'refused') {
        throw new VolvoxError('unsupported', 'The guest agent does not freeze the file systems of the guest.');
      }
      return thaw;
    } catch (error) {
      // It may freeze after all, and later.
      await thaw();
      throw error;
    }
  }

  /** Thaws in the background what an agent left frozen that died. */
  recover(): void {
    for (const { desired, mayBeFrozen } of this.#options.records.all()) {
      if (mayBeFrozen === true) this.#thawLater(desired.guestId, 0);
    }
  }

  close(): void {
    for (const controller of this.#thawing.values()) controller.abort();
  }

  /** @returns whether the guest writes again, as far as can be known. */
  async #thawOnce(guestId: string): Promise<boolean> {
    const { agents, records, machines, log } = this.#options;
    try {
      const isUp = (await machines.state(guestId)) !== 'gone';
      if (isUp && (await agents.ask(guestId, { execute: 'guest-fsfreeze-thaw' }, THAW_MS)) === 'refused') {
        throw new VolvoxError('unsupported', 'The guest agent does not thaw the file systems of the guest.');
      }
      await records.change(guestId, { mayBeFrozen: undefined });
      return true;
    } catch (error) {
      if (!isVolvoxError(error)) throw error;
      log.warn({ guestId, reason: messageOf(error) }, 'the file systems of a guest may still be frozen');
      return false;
    }
  }

  #thawLater(guestId: string, firstWaitMs = FIRST_WAIT_MS): void {
    const controller = new AbortController();
    this.#thawing.set(guestId, controller);
    this.#keepThawing(guestId, firstWaitMs, controller.signal)
      .catch((error: unknown) => this.#options.log.error({ err: error, guestId }, 'a guest cannot be thawed'))
      .finally(() => {
        if (this.#thawing.get(guestId) === controller) this.#thawing.delete(guestId);
      });
  }

  async #keepThawing(guestId: string, firstWaitMs: number, signal: AbortSignal): Promise<void> {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, waitMs * 2))) {
      await this.#clock.sleep(waitMs, signal);
      if (signal.aborted) return;
      if (this.#options.records.get(guestId)?.mayBeFrozen !== true || (await this.#thawOnce(guestId))) return;
    }
  }
}
