import { agentQueue } from '#platform/queue/agent-user.ts';
import type { Waker } from '#platform/queue/waker.ts';

/**
 * Wakes agents. While a job for an agent is on its way to the queue, further wake-ups of that agent are collected for the next job, so
 * many changes at once cost few jobs.
 */
export class AgentWaker {
  readonly #waker: Pick<Waker, 'wake'>;
  readonly #waiting = new Map<string, Set<string>>();

  constructor(waker: Pick<Waker, 'wake'>) {
    this.#waker = waker;
  }

  /** Returns at once and never fails. null: the host has no agent yet; an agent asks by itself when it starts. */
  wake(agentId: string | null, ids: Iterable<string>): void {
    if (agentId === null) return;
    const waiting = this.#waiting.get(agentId);
    if (waiting !== undefined) {
      for (const id of ids) waiting.add(id);
      return;
    }
    const gathered = new Set(ids);
    if (gathered.size === 0) return;
    this.#waiting.set(agentId, gathered);
    void this.#send(agentId, gathered);
  }

  /** The same for rows that name their agents. */
  wakeEach<R extends { readonly id: string }>(rows: Iterable<R>, agentOf: (row: R) => string | null): void {
    for (const row of rows) this.wake(agentOf(row), [row.id]);
  }

  async #send(agentId: string, gathered: Set<string>): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (gathered.size > 0) {
      const ids = [...gathered];
      gathered.clear();
      await this.#waker.wake(agentQueue(agentId), ids);
    }
    this.#waiting.delete(agentId);
  }
}
