import { VolvoxError } from '../errors/volvox-error.ts';

const FAILURES_TO_OPEN = 3;
const OPEN_MS = 1_000;

/** After three failures in a row a peer is not tried for a second: whoever asks is told at once. A change of the clock makes it no longer. */
export class Breaker {
  #failures = 0;
  #openUntil = 0;

  /** @throws VolvoxError unavailable while open. */
  check(peer: string): void {
    if (performance.now() < this.#openUntil)
      throw new VolvoxError('unavailable', `${peer} did not answer a moment ago.`);
  }
  succeeded(): void {
    this.#failures = 0;
  }
  failed(): void {
    this.#failures += 1;
    if (this.#failures >= FAILURES_TO_OPEN) this.#openUntil = performance.now() + OPEN_MS;
  }
}
