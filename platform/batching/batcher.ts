/**
 * Sends questions that arrive at the same time in one call. The first is sent at once; while calls of its group are in progress, further
 * questions wait for the next call. So a single question never waits, and under load the number of calls stays small.
 *
 * `send` answers in the order of the questions. When it rejects, all questions of that call reject with the same error.
 */
export class Batcher<Q, A> {
  readonly #options: BatcherOptions<Q, A>;
  readonly #groups = new Map<string, Group<Q, A>>();

  constructor(options: BatcherOptions<Q, A>) {
    this.#options = options;
  }

  ask(groupKey: string, question: Q): Promise<A> {
    const group = this.#groups.get(groupKey) ?? { waiting: [], underWay: 0, planned: false };
    this.#groups.set(groupKey, group);
    return new Promise<A>((resolve, reject) => {
      group.waiting.push({ question, resolve, reject });
      this.#plan(groupKey, group);
    });
  }

  /** After the current turn of the event loop, so that what comes in it goes together. */
  #plan(key: string, group: Group<Q, A>): void {
    if (group.planned || group.underWay >= this.#options.maxInProgress) return;
    group.planned = true;
    setImmediate(() => {
      group.planned = false;
      void this.#send(key, group);
    });
  }

  async #send(key: string, group: Group<Q, A>): Promise<void> {
    const batch = group.waiting.splice(0, this.#options.maxBatchSize);
    if (batch.length === 0) return;
    group.underWay += 1;
    try {
      const answers = await this.#options.send(batch.map(({ question }) => question));
      for (const [at, { resolve, reject }] of batch.entries()) {
        const answer = answers[at];
        if (answer === undefined) reject(new Error('a question of a batch was not answered'));
        else resolve(answer);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      group.underWay -= 1;
      if (group.waiting.length > 0) this.#plan(key, group);
      else if (group.underWay === 0) this.#groups.delete(key);
    }
  }
}

interface BatcherOptions<Q, A> {
  readonly send: (questions: readonly Q[]) => Promise<readonly A[]>;
  readonly maxBatchSize: number;
  /** Calls of one group at the same time. */
  readonly maxInProgress: number;
}

interface Group<Q, A> {
  readonly waiting: { question: Q; resolve: (answer: A) => void; reject: (error: unknown) => void }[];
  underWay: number;
  planned: boolean;
}
