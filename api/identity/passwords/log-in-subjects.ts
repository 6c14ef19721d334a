import { createHmac } from 'node:crypto';

/** One attempt to log in. */
export interface Attempt {
  /** Whom the client named, in the words of the client (`namedBy`). It counts alike for those who exist and those who do not. */
  readonly named: string;
  /** The id of the user or credential; null: there is none. */
  readonly id: string | null;
  /** The group of the client's address. */
  readonly address: string;
  readonly password: string;
}

/** What an attempt counts for. All are keyed hashes, so the table tells nobody which names, addresses and passwords were tried. */
export interface Subjects {
  /** The user from this address. */
  readonly pair: string;
  /** The user from everywhere. */
  readonly user: string;
  /** The address. */
  readonly address: string;
  /** This password for the user. */
  readonly repeat: string;
  /** The lock-out of the user. */
  readonly lock: string;
  /** That the user has logged in from this address. */
  readonly known: string;
}

/**
 * Hex digits of the hash of a wrong password. Few digits, because someone who steals the table and the key must not learn the password: many
 * passwords of a large list fit. Enough digits, because another password has the same hash only once in 16 million attempts.
 */
const PASSWORD_DIGITS = 6;

type HashOf = (...parts: readonly string[]) => string;

/** Turns attempts into subjects. @param key the same one in all processes of the region */
export class LogInSubjects {
  readonly #hashOf: HashOf;

  constructor(key: { reveal(): string }) {
    const derived = createHmac('sha256', key.reveal()).update('volvox log-in throttle').digest();
    this.#hashOf = (...parts) => createHmac('sha256', derived).update(JSON.stringify(parts)).digest('hex');
  }

  of({ named, id, address, password }: Attempt): Subjects {
    const hashOf = this.#hashOf;
    const account = id ?? named;
    const digits = hashOf('password', named, password).slice(0, PASSWORD_DIGITS);
    return {
      pair: hashOf('pair', named, address),
      user: hashOf('user', named),
      address: hashOf('address', address),
      repeat: hashOf('repeat', named, digits),
      lock: hashOf('lock', account),
      known: hashOf('known', account, address),
    };
  }

  /** What all rows of a user or credential have in common, whatever the client named it by. */
  accountOf({ id, named }: Pick<Attempt, 'id' | 'named'>): string {
    return this.#hashOf('account', id ?? named);
  }
}
