import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import { backoffMs } from '#platform/time/backoff.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';

/** Ends the retries, whatever its kind; the next attempt of the step starts new ones. */
export class GivenUp extends VolvoxError {}

const BUDGET_MS = 60_000;
const RETRY_BASE_MS = 100;
const RETRY_MAX_MS = 2_000;
/** Answers after which the same question gets the same answer. */
const FINAL = ['unauthenticated', 'forbidden', 'not-found', 'conflict', 'invalid', 'unsupported', 'too-large'] as const;

/**
 * Retries requests to another host until it has answered none of them for `budgetMs`. Each good answer renews the budget for all
 * requests, so that the restart of an agent or a short network failure fails nothing.
 */
export class RetryBudget {
  readonly #budgetMs: number;
  readonly #clock: Clock;
  #goodMs: number;

  constructor(budgetMs = BUDGET_MS, clock: Clock = systemClock) {
    this.#budgetMs = budgetMs;
    this.#clock = clock;
    this.#goodMs = clock.now();
  }

  /** @throws a final error at once; `unavailable` when the retry budget is spent; the signal's reason. */
  async ask<T>(question: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await question();
        this.#goodMs = this.#clock.now();
        return answer;
      } catch (error) {
        signal.throwIfAborted();
        if (isFinal(error)) throw error;
        if (this.#clock.now() - this.#goodMs >= this.#budgetMs) {
          const seconds = Math.round(this.#budgetMs / 1000);
          throw new GivenUp('unavailable', `Nothing of the disks came for ${seconds} s: ${messageOf(error)}`, {
            cause: error,
          });
        }
      }
      await this.#clock.sleep(backoffMs(attempt, RETRY_BASE_MS, RETRY_MAX_MS), signal);
      signal.throwIfAborted();
    }
  }
}

const isFinal = (error: unknown): boolean =>
  !(error instanceof VolvoxError) || error instanceof GivenUp || FINAL.some((kind) => kind === error.kind);
