/**
 * Of questions that overlap, only answers to later ones count: what was asked earlier and comes late is older than what is known.
 */
export class LatestAnswer {
  #asked = 0;
  #taken = 0;

  /** @returns the answer, or undefined when that of a later question has been taken meanwhile. */
  async to<T>(ask: () => Promise<T>): Promise<T | undefined> {
    const turn = ++this.#asked;
    const answer = await ask();
    if (turn < this.#taken) return undefined;
    this.#taken = turn;
    return answer;
  }
}
