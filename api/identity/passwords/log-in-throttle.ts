import { createHash } from 'node:crypto';
import { throttled } from '#platform/budgets/throttled.ts';
import type { Directory } from '#platform/directory/directory.ts';
import {
  countLoginFailure,
  forgetLoginFailures,
  type LoginFailures,
  loginFailures,
  purgeLoginFailures,
} from '#platform/directory/stores/login-failures.ts';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { BudgetsConfig } from '../../budgets/config.ts';
import type { CountThrottled } from '../../budgets/throttle-metrics.ts';

interface LogInThrottleOptions {
  readonly directory: Directory;
  readonly config: Pick<BudgetsConfig, 'loginFailures' | 'loginMaxBlockSeconds' | 'lockoutFailures' | 'lockoutSeconds'>;
  readonly clock: Clock;
  readonly count: CountThrottled;
  readonly log: Pick<Logger, 'warn'>;
}

/** One attempt to log in. */
export interface Attempt {
  /** The user or the credential, also one that does not exist: both are treated alike. */
  readonly who: string;
  /** The group of the client's address. */
  readonly address: string;
}

/** A subject with no failure for so long starts again, ms. */
const FORGOTTEN_AFTER_MS = 15 * 60_000;
const FIRST_BLOCK_MS = 2_000;
const PURGE_EVERY_MS = 60_000;
/** How many times as many failures a whole address, and a whole user, may have. */
const TIMES = { address: 5, user: 10 } as const;

/**
 * Counts wrong passwords in the directory, so for all api processes together: for a user from one address, for the address, and for the user from
 * everywhere. Above its limit each failure blocks the subject for twice as long as the one before; a blocked attempt is refused before any password
 * is hashed, also with the right password, and is not counted. A right password ends the count of its user and address, and no other, so an
 * attacker with an account of their own gains nothing by logging in between.
 */
export class LogInThrottle {
  readonly #options: LogInThrottleOptions;

  constructor(options: LogInThrottleOptions) {
    this.#options = options;
  }

  /**
   * Checks a password by `proof`, which runs in the same way for users that do not exist or are locked out.
   * @returns whether the password is right, and its user is not locked out.
   * @throws VolvoxError throttled while the user or the address is blocked.
   */
  async attempt(attempt: Attempt, proof: () => Promise<boolean>): Promise<boolean> {
    const { directory, clock, count, config } = this.#options;
    const subjects = subjectsOf(attempt);
    const known = await loginFailures(directory.read, Object.values(subjects));
    const now = clock.now();
    const blockedUntil = Math.max(0, ...known.filter(({ subject }) => subject !== subjects.lock).map(untilOf));
    if (blockedUntil > now) {
      count('log-in');
      throw throttled('Too many failed log-ins; please try again later.', blockedUntil - now);
    }
    const lock = known.find(({ subject }) => subject === subjects.lock);
    const isLocked = config.lockoutFailures > 0 && lock !== undefined && lock.blockedUntil > now;
    const right = await proof();
    if (isLocked) return false;
    if (!right) await this.#countFailure(subjects, attempt);
    else if (known.some(({ subject }) => subject === subjects.both || subject === subjects.lock))
      await forgetLoginFailures(directory, [subjects.both, subjects.lock]);
    return right;
  }

  async #countFailure(subjects: Subjects, { who, address }: Attempt): Promise<void> {
    const { directory, clock, config, log } = this.#options;
    const now = clock.now();
    const limits = new Map([
      [subjects.both, config.loginFailures],
      [subjects.address, TIMES.address * config.loginFailures],
      [subjects.user, TIMES.user * config.loginFailures],
    ]);
    const shown = ID.test(who) ? who : undefined;
    const names = new Map([
      [subjects.both, 'the user from this address'],
      [subjects.address, 'this address'],
      [subjects.user, 'the user'],
    ]);
    const counted = [...limits.keys(), ...(config.lockoutFailures > 0 ? [subjects.lock] : [])];
    await countLoginFailure(directory, counted, (before, subject) => {
      const limit = limits.get(subject);
      const failures = failuresOf(before, now, limit === undefined ? null : FORGOTTEN_AFTER_MS) + 1;
      if (limit === undefined) {
        const locks = failures >= config.lockoutFailures;
        if (locks) log.warn({ who: shown, address, failures }, 'locked out after wrong passwords');
        return { failures, blockedUntil: locks ? now + config.lockoutSeconds * 1_000 : 0, changedAt: now };
      }
      const blockMs = blockOf(failures - limit, config.loginMaxBlockSeconds * 1_000);
      const blocked = names.get(subject);
      if (blockMs > 0)
        log.warn({ blocked, who: shown, address, failures, blockMs }, 'log-ins are refused after wrong passwords');
      return { failures, blockedUntil: blockMs === 0 ? 0 : now + blockMs, changedAt: now };
    });
  }

  /** Ends a lock-out of a user, and the count of their failures from everywhere. */
  async forgive(who: string): Promise<void> {
    const { user, lock } = subjectsOf({ who, address: '' });
    await forgetLoginFailures(this.#options.directory, [user, lock]);
  }

  /** Removes counts that no longer matter, so that the table stays as small as the failures of some minutes. */
  forgotten(): Reconciler {
    const { directory, clock, config } = this.#options;
    const keptMs = Math.max(FORGOTTEN_AFTER_MS, config.lockoutFailures > 0 ? config.lockoutSeconds * 1_000 : 0);
    return {
      name: 'forgotten log-in failures',
      everyMs: PURGE_EVERY_MS,
      reconcile: () => purgeLoginFailures(directory, clock.now() - keptMs),
    };
  }
}

/** Ids of users and credentials. A name that does not exist stays out of the log: it may be a password in the wrong field. */
const ID = /^[0-9a-f-]{32,36}$/;

const untilOf = ({ blockedUntil }: LoginFailures): number => blockedUntil;

/** The failures that still count. @param forgottenAfterMs null: they count until a right password, or the end of a lock-out. */
function failuresOf(before: LoginFailures | undefined, now: number, forgottenAfterMs: number | null): number {
  if (before === undefined) return 0;
  const isOver =
    forgottenAfterMs === null
      ? before.blockedUntil > 0 && before.blockedUntil <= now
      : before.changedAt + forgottenAfterMs < now;
  return isOver ? 0 : before.failures;
}

/** How long the failure number `over` beyond the limit blocks, ms; the first one has the number 0. */
const blockOf = (over: number, maxMs: number): number => (over < 0 ? 0 : Math.min(maxMs, FIRST_BLOCK_MS * 2 ** over));

interface Subjects {
  readonly both: string;
  readonly address: string;
  readonly user: string;
  readonly lock: string;
}

const subjectsOf = ({ who, address }: Attempt): Subjects => ({
  both: hashOf('both', who, address),
  address: hashOf('address', address),
  user: hashOf('user', who),
  lock: hashOf('lock', who),
});

const hashOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');
