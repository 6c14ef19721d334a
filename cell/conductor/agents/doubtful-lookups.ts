import { Batcher } from '#platform/batching/batcher.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { CellDatabase } from '../../database/cell-database.ts';
import { type AgentEnrolment, enrolmentsOf, NEVER_ENROLLED } from '../../database/stores/enrolments.ts';

/** Between two statements, ms. */
const GAP_MS = 20;
const MAX_TOGETHER = 500;
const MAX_WAITING = 5_000;

/**
 * Looks up agents whose key is not the one that this process remembers. Whoever reaches the agent API can cause such a question with each
 * call, so all of them together cost one statement in 20 ms. The first is answered at once.
 */
export class DoubtfulLookups {
  readonly #batcher: Batcher<string, AgentEnrolment>;
  #waiting = 0;

  constructor({ read }: Pick<CellDatabase, 'read'>, clock: Clock) {
    let last: Promise<void> = Promise.resolve();
    this.#batcher = new Batcher({
      maxBatchSize: MAX_TOGETHER,
      maxInProgress: 1,
      send: async (agentIds) => {
        await last;
        last = clock.sleep(GAP_MS);
        const enrolments = await enrolmentsOf(read, [...new Set(agentIds)]);
        return agentIds.map((agentId) => enrolments.get(agentId) ?? NEVER_ENROLLED);
      },
    });
  }

  /** As the database has it after this question. @throws VolvoxError unavailable when too many wait. */
  async ask(agentId: string): Promise<AgentEnrolment> {
    if (this.#waiting >= MAX_WAITING) {
      throw new VolvoxError('unavailable', 'Too many calls show keys that the conductor does not know.');
    }
    this.#waiting += 1;
    try {
      return await this.#batcher.ask('', agentId);
    } finally {
      this.#waiting -= 1;
    }
  }
}
