import { throttled } from '#platform/budgets/throttled.ts';
import type { Directory } from '#platform/directory/directory.ts';
import {
  addLoginFailures,
  type Count,
  forgetLoginFailures,
  forgetLoginsOf,
  type LoginFailures,
  loginFailures,
  purgeLoginFailures,
  rememberLogin,
} from '#platform/directory/stores/login-failures.ts';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { BudgetsConfig } from '../../budgets/config.ts';
import type { CountThrottled } from '../../budgets/throttle-metrics.ts';
import { type Attempt, LogInSubjects, type Subjects } from './log-in-subjects.ts';

interface LogInThrottleOptions {
  readonly directory: Directory;
  readonly config: Pick<BudgetsConfig, 'loginFailures' | 'loginLeakSeconds' | 'lockoutFailures' | 'lockoutSeconds'>;
  /** Of the region. */
  readonly signingKey: { reveal(): string };
  readonly clock: Clock;
  readonly count: CountThrottled;
  readonly log: Pick<Logger, 'warn'>;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A wrong password that comes again within this time is a repeat. */
const REPEAT_MS = 15 * MINUTE_MS;
/** A log-in makes an address known for so long. It is noted again when it was noted more than a day ago. */
const KNOWN_MS = 30 * DAY_MS;
const IN_A_ROW_MS = DAY_MS;
/** How many times as much as a user from one address: users of an address, and wrong passwords of a user from everywhere. */
const TIMES = { address: 5, user: 10 } as const;

/** The subjects with a limit. */
const LIMITED = ['pair', 'user', 'address', 'repeat'] as const;
type Limited = (typeof LIMITED)[number];

/** As the log names them. */
const NAMES: Readonly<Record<Limited, string>> = {
  pair: 'the user from this address',
  user: 'the user from addresses that are not known',
  address: 'users who are not known at this address',
  repeat: 'one wrong password of the user',
};

/**
 * Counts wrong passwords in the directory, so for all api processes together. Each count is a leaky bucket: it loses one every `loginLeakSeconds`,
 * and while it is full, log-ins are refused before any password is hashed, with the right password too. A refused attempt counts nowhere.
 *
 * - A user from one address: `loginFailures` wrong passwords.
 * - A user from everywhere: ten times as many.
 * - An address: five times as many *users*. A user counts when their own bucket from there was empty, so one user counts once.
 * - The last two do not apply to a user at an address from which the user logged in within 30 days. So nobody can lock a user out from elsewhere.
 * - A wrong password that repeats one of the last 15 minutes for the user does not count again, from any address: it is no new guess.
 *   It has a bucket of its own of `loginFailures`; when that is full, this one password is refused.
 * - `lockoutFailures` in a row lock the user out, when that is switched on. While it lasts, every password is answered as a wrong one.
 *
 * A user is whom the client named, in its own words (by id, or by name and domain), whether they exist or not: the answers tell nobody who exists.
 *
 * A right password ends the count of its user from this address, the failures in a row, and the bucket of this password. It ends no count of the
 * user from everywhere, or an attacker could guess on after each log-in of the user; and none of the address, or an attacker with an account of
 * their own could. A new password by whomever, and enabling the user, end all counts of the user, because they say nothing about the new
 * password, and make every address unknown, because someone else may have logged in there.
 */
export class LogInThrottle {
  readonly #options: LogInThrottleOptions;
  readonly #subjects: LogInSubjects;
  readonly #leakMs: number;
  readonly #limits: Readonly<Record<Limited, number>>;

  constructor(options: LogInThrottleOptions) {
    const { loginFailures: limit, loginLeakSeconds } = options.config;
    this.#options = options;
    this.#subjects = new LogInSubjects(options.signingKey);
    this.#leakMs = loginLeakSeconds * 1_000;
    this.#limits = { pair: limit, repeat: limit, address: TIMES.address * limit, user: TIMES.user * limit };
  }

  /**
   * Checks a password by `proof`, which runs in the same way for users that do not exist or are locked out.
   * @returns whether the password is right, and its user is not locked out.
   * @throws VolvoxError throttled while a bucket is full.
   */
  async attempt(attempt: Attempt, proof: () => Promise<boolean>): Promise<boolean> {
    const { directory, clock, count, config } = this.#options;
    const subjects = this.#subjects.of(attempt);
    const rows = await loginFailures(directory.read, Object.values(subjects));
    const of = (kind: keyof Subjects) => rows.find(({ subject }) => subject === subjects[kind]);
    const now = clock.now();
    const isKnown = (of('known')?.keptUntil ?? 0) > now;
    const applying = LIMITED.filter((kind) => !(isKnown && (kind === 'user' || kind === 'address')));
    const waitMs = Math.max(...applying.map((kind) => this.#waitOf(kind, of(kind), now)));
    if (waitMs > 0) {
      count('log-in');
      throw throttled('Too many failed log-ins; please try again later.', waitMs);
    }
    const isLocked = config.lockoutFailures > 0 && (of('lock')?.blockedUntil ?? 0) > now;
    // A right password during a lock-out counts as a wrong one, or the counts would tell them apart.
    const isRight = (await proof()) && !isLocked;
    if (isRight) await this.#noteSuccess(attempt, subjects, of);
    else await this.#countFailure(attempt, subjects, of, isLocked);
    return isRight;
  }

  /** How long until the bucket has space for one more, ms; 0: it has. */
  #waitOf(kind: Limited, row: LoginFailures | undefined, now: number): number {
    return row === undefined ? 0 : Math.max(0, row.emptyAt - now - (this.#limits[kind] - 1) * this.#leakMs);
  }

  async #noteSuccess(attempt: Attempt, subjects: Subjects, of: RowOf): Promise<void> {
    const { directory, clock } = this.#options;
    const now = clock.now();
    const over = (['pair', 'repeat', 'lock'] as const).filter((kind) => of(kind) !== undefined);
    await forgetLoginFailures(
      directory,
      over.map((kind) => subjects[kind]),
    );
    if ((of('known')?.keptUntil ?? 0) > now + KNOWN_MS - DAY_MS) return;
    const account = this.#subjects.accountOf(attempt);
    await rememberLogin(directory, { subject: subjects.known, account, keptUntil: now + KNOWN_MS }, now);
  }

  async #countFailure(attempt: Attempt, subjects: Subjects, of: RowOf, isLocked: boolean): Promise<void> {
    const { directory, clock, config } = this.#options;
    const now = clock.now();
    const isRepeat = (of('repeat')?.keptUntil ?? 0) > now;
    const isNewHere = (of('pair')?.emptyAt ?? 0) <= now;
    const counted: readonly Limited[] = isRepeat
      ? ['repeat']
      : ['repeat', 'pair', 'user', ...(isNewHere ? (['address'] as const) : [])];
    const account = this.#subjects.accountOf(attempt);
    const counts: Count[] = counted.map((kind) => ({
      subject: subjects[kind],
      account: kind === 'address' ? '' : account,
      leakMs: this.#leakMs,
      inARow: false,
      keptUntil: kind === 'repeat' ? now + REPEAT_MS : 0,
    }));
    const locks = config.lockoutFailures > 0 && !isLocked && !isRepeat;
    if (locks) counts.push({ subject: subjects.lock, account, leakMs: 0, inARow: true, keptUntil: now + IN_A_ROW_MS });
    const lockOut = { failures: config.lockoutFailures, ms: config.lockoutSeconds * 1_000 };
    await addLoginFailures(directory, counts, { now, lockOut });
    this.#logWhatBegins(attempt, counted, of, now);
    if (locks && (of('lock')?.failures ?? 0) + 1 >= lockOut.failures) this.#warn(attempt, {}, 'locked out');
  }

  #logWhatBegins(attempt: Attempt, counted: readonly Limited[], of: RowOf, now: number): void {
    for (const kind of counted) {
      const emptyAt = Math.max(of(kind)?.emptyAt ?? 0, now) + this.#leakMs;
      const refusedMs = emptyAt - now - (this.#limits[kind] - 1) * this.#leakMs;
      if (refusedMs > 0) this.#warn(attempt, { refused: NAMES[kind], refusedMs }, 'log-ins are refused');
    }
  }

  /** A name that does not exist stays out of the log: it may be a password in the wrong field. */
  #warn({ id, address }: Attempt, details: object, what: string): void {
    this.#options.log.warn({ ...details, who: id ?? undefined, address }, `${what} after wrong passwords`);
  }

  /** Ends a lock-out of a user and all counts of theirs, and makes every address unknown. */
  forgive(id: string): Promise<void> {
    return forgetLoginsOf(this.#options.directory, this.#subjects.accountOf({ id, named: '' }));
  }

  /** Removes what no longer matters, so that the table stays as small as the failures of some minutes and the log-ins of a month. */
  forgotten(): Reconciler {
    const { directory, clock } = this.#options;
    return {
      name: 'forgotten log-in failures',
      everyMs: MINUTE_MS,
      reconcile: () => purgeLoginFailures(directory, clock.now()),
    };
  }
}

/** What was known of a subject before the attempt. */
type RowOf = (kind: keyof Subjects) => LoginFailures | undefined;
