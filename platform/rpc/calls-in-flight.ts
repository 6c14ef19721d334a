import type { ServerResponse } from 'node:http';
import { VolvoxError } from '../errors/volvox-error.ts';
import type { Caller } from './authenticate.ts';

/** How many calls a peer with a key of its own may have in progress. An agent has eight connections. */
const MAX_CALLS = 32;

/** Counts the calls of each peer that has a key of its own, so that one of many does not take all of a server's memory and time. */
export class CallsInFlight {
  readonly #counts = new Map<string, number>();

  /** The call ends with its answer, or with its connection. @throws VolvoxError throttled when the peer has too many. */
  begin({ id }: Caller, answer: ServerResponse): void {
    if (id === null) return;
    const count = (this.#counts.get(id) ?? 0) + 1;
    if (count > MAX_CALLS) {
      throw new VolvoxError('throttled', 'This caller has too many calls in progress.', {
        details: { retryAfterSeconds: 1 },
      });
    }
    this.#counts.set(id, count);
    answer.once('close', () => this.#end(id));
  }

  #end(id: string): void {
    const left = (this.#counts.get(id) ?? 0) - 1;
    if (left > 0) this.#counts.set(id, left);
    else this.#counts.delete(id);
  }
}
