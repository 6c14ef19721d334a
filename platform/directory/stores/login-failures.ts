import { sql } from 'kysely';
import type { Directory, DirectoryReader } from '../directory.ts';

/** See schema/login-failures.ts for what the members mean. */
export interface LoginFailures {
  readonly subject: string;
  readonly emptyAt: number;
  readonly failures: number;
  readonly blockedUntil: number;
  readonly keptUntil: number;
}

/** Those of the subjects that are known. */
export async function loginFailures(
  read: DirectoryReader,
  subjects: readonly string[],
): Promise<readonly LoginFailures[]> {
  const rows = await read
    .selectFrom('login_failures')
    .select(['subject', 'empty_at', 'failures', 'blocked_until', 'kept_until'])
    .where('subject', 'in', [...subjects])
    .execute();
  return rows.map((row) => ({
    subject: row.subject,
    emptyAt: row.empty_at,
    failures: row.failures,
    blockedUntil: row.blocked_until,
    keptUntil: row.kept_until,
  }));
}

/** One more count of a subject. */
export interface Count {
  readonly subject: string;
  readonly account: string;
  /** How long until this count has leaked away, when it is the only one, ms; 0: the subject has no leaking count. */
  readonly leakMs: number;
  /** Whether it counts as a failure in a row. */
  readonly inARow: boolean;
  readonly keptUntil: number;
}

/** So many failures in a row lock a subject out for so long. */
interface LockOut {
  readonly failures: number;
  readonly ms: number;
}

/**
 * Adds counts in one statement, so that counts of the same moment, in whatever process, all count. A count lasts `leakMs` after the one before it.
 * When failures in a row become a lock-out, they start again from zero.
 */
export async function addLoginFailures(
  directory: Directory,
  counts: readonly Count[],
  { now, lockOut }: { readonly now: number; readonly lockOut: LockOut },
): Promise<void> {
  if (counts.length === 0) return;
  const lockedUntil = now + lockOut.ms;
  const rows = counts.map(({ subject, account, leakMs, inARow, keptUntil }) => {
    const locks = inARow && lockOut.failures <= 1;
    return {
      subject,
      account,
      empty_at: now + leakMs,
      failures: inARow && !locks ? 1 : 0,
      blocked_until: locks ? lockedUntil : 0,
      changed_at: now,
      kept_until: keptUntil,
    };
  });
  const inARow = counts.filter((count) => count.inARow).map(({ subject }) => subject);
  const isInARow = inARow.length === 0 ? sql<boolean>`FALSE` : sql<boolean>`subject IN (${sql.join(inARow)})`;
  const locks = sql<boolean>`${isInARow} AND failures + 1 >= ${lockOut.failures}`;
  // Every process locks the rows in one order. The end of a lock-out stands before the number that it is decided by.
  await directory.transaction((tx) =>
    tx
      .insertInto('login_failures')
      .values(rows.sort((a, b) => (a.subject < b.subject ? -1 : 1)))
      .onDuplicateKeyUpdate({
        account: sql`VALUES(account)`,
        empty_at: sql`GREATEST(empty_at, ${now}) + VALUES(empty_at) - ${now}`,
        blocked_until: sql`IF(${locks}, ${lockedUntil}, blocked_until)`,
        failures: sql`IF(${isInARow}, IF(${locks}, 0, failures + 1), 0)`,
        changed_at: now,
        kept_until: sql`GREATEST(kept_until, VALUES(kept_until))`,
      })
      .execute(),
  );
}

/** Keeps a subject until then, without a count. */
export async function rememberLogin(
  directory: Directory,
  { subject, account, keptUntil }: Pick<Count, 'subject' | 'account' | 'keptUntil'>,
  now: number,
): Promise<void> {
  await directory.write
    .insertInto('login_failures')
    .values({ subject, account, empty_at: 0, failures: 0, blocked_until: 0, changed_at: now, kept_until: keptUntil })
    .onDuplicateKeyUpdate({ changed_at: now, kept_until: sql`VALUES(kept_until)` })
    .execute();
}

export async function forgetLoginFailures(directory: Directory, subjects: readonly string[]): Promise<void> {
  if (subjects.length === 0) return;
  await directory.transaction((tx) =>
    tx
      .deleteFrom('login_failures')
      .where('subject', 'in', [...subjects])
      .execute(),
  );
}

/** Removes all that is known of an account. */
export async function forgetLoginsOf(directory: Directory, account: string): Promise<void> {
  const rows = await directory.read
    .selectFrom('login_failures')
    .select('subject')
    .where('account', '=', account)
    .execute();
  await forgetLoginFailures(
    directory,
    rows.map(({ subject }) => subject),
  );
}

const MAX_DELETED = 1_000;

/** Removes what nothing depends on any more, in short statements that lock no other rows. */
export async function purgeLoginFailures(directory: Directory, now: number): Promise<void> {
  for (;;) {
    const over = await directory.read
      .selectFrom('login_failures')
      .select('subject')
      .where('kept_until', '<', now)
      .where('empty_at', '<', now)
      .where('blocked_until', '<', now)
      .limit(MAX_DELETED)
      .execute();
    if (over.length === 0) return;
    await directory.write
      .deleteFrom('login_failures')
      .where(
        'subject',
        'in',
        over.map(({ subject }) => subject),
      )
      .where('kept_until', '<', now)
      .where('empty_at', '<', now)
      .where('blocked_until', '<', now)
      .execute();
    if (over.length < MAX_DELETED) return;
  }
}
