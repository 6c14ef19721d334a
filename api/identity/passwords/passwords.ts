import type { FairGate } from '#platform/budgets/fair-gate.ts';
import type { Asker } from '../../budgets/asker.ts';
import type { Attempt } from './log-in-subjects.ts';
import type { LogInThrottle } from './log-in-throttle.ts';
import { hashPassword, passwordMatches } from './password-hash.ts';

/** What an attempt to log in is checked against. */
interface Checked<V> extends Pick<Attempt, 'named' | 'id'> {
  /** Null: nobody has this name, or nobody may log in with it, or there is no password. */
  readonly hash: string | null;
  /** What a right password gives. */
  readonly value: V;
}

export interface GivenPassword extends Pick<Attempt, 'address' | 'password'> {
  /** Drops an attempt that waits when its client has gone. */
  readonly signal: AbortSignal;
}

/**
 * The only way to the hash function: few hashes at once, fair between the keys that wait (`budgetKeyOf`). Each method throws VolvoxError throttled
 * when too many wait.
 */
export class Passwords {
  readonly #gate: FairGate;
  readonly #throttle: LogInThrottle;

  constructor(gate: FairGate, throttle: LogInThrottle) {
    this.#gate = gate;
    this.#throttle = throttle;
  }

  hash({ key, signal }: Asker, password: string): Promise<string> {
    return this.#gate.run(key, () => hashPassword(password), signal);
  }

  /** To be called when a user has got a new password, or has been enabled: a lock-out ends, and all counts of wrong passwords. */
  forgive(userId: string): Promise<void> {
    return this.#throttle.forgive(userId);
  }

  /**
   * Checks the password of a log-in. `find` reads the stored hash. Both run inside the gate, which admits one attempt of an address at a time:
   * a failure is counted before the next attempt begins.
   * @returns the value, or null for a wrong password.
   * @throws VolvoxError throttled also after too many wrong passwords.
   */
  async check<V>({ address, password, signal }: GivenPassword, find: () => Promise<Checked<V>>): Promise<V | null> {
    return this.#gate.run(
      `address:${address}`,
      async () => {
        const { named, id, hash, value } = await find();
        const attempt = { named, id, address, password };
        const right = await this.#throttle.attempt(attempt, () => passwordMatches(password, hash));
        return right ? value : null;
      },
      signal,
    );
  }
}
