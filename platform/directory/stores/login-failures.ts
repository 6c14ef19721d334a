import type { Directory, DirectoryReader, DirectoryTx } from '../directory.ts';

/** What failed log-ins of a subject have come to. Times in ms since the epoch. */
export interface LoginFailures {
  readonly subject: string;
  readonly failures: number;
  readonly blockedUntil: number;
  readonly changedAt: number;
}

/** Those of the subjects that have failed. */
export async function loginFailures(
  read: DirectoryReader,
  subjects: readonly string[],
): Promise<readonly LoginFailures[]> {
  return (await ofSubjects(read, subjects).execute()).map(fromRow);
}

/** One more failure of each subject; `next` decides what follows from it. Failures at the same moment, in whatever process, are all counted. */
export async function countLoginFailure(
  directory: Directory,
  subjects: readonly string[],
  next: (before: LoginFailures | undefined, subject: string) => Omit<LoginFailures, 'subject'>,
): Promise<void> {
  const inSortOrder = [...new Set(subjects)].sort();
  await directory.transaction(async (tx) => {
    // The rows are locked in one order by every process.
    for (const subject of inSortOrder) await countOne(tx, subject, next);
  });
}

async function countOne(
  tx: DirectoryTx,
  subject: string,
  next: (before: LoginFailures | undefined, subject: string) => Omit<LoginFailures, 'subject'>,
): Promise<void> {
  await tx
    .insertInto('login_failures')
    .ignore()
    .values({ subject, failures: 0, blocked_until: 0, changed_at: 0 })
    .execute();
  const [row] = await ofSubjects(tx, [subject]).forUpdate().execute();
  const { failures, blockedUntil, changedAt } = next(row === undefined ? undefined : fromRow(row), subject);
  await tx
    .updateTable('login_failures')
    .set({ failures, blocked_until: blockedUntil, changed_at: changedAt })
    .where('subject', '=', subject)
    .execute();
}

export async function forgetLoginFailures(directory: Directory, subjects: readonly string[]): Promise<void> {
  await directory.write
    .deleteFrom('login_failures')
    .where('subject', 'in', [...subjects])
    .execute();
}

const MAX_DELETED = 5_000;

/** Removes what has not changed since `before`, in short statements. */
export async function purgeLoginFailures(directory: Directory, before: number): Promise<void> {
  for (;;) {
    const { numDeletedRows } = await directory.write
      .deleteFrom('login_failures')
      .where('changed_at', '<', before)
      .limit(MAX_DELETED)
      .executeTakeFirst();
    if (Number(numDeletedRows) < MAX_DELETED) return;
  }
}

const ofSubjects = (read: DirectoryReader, subjects: readonly string[]) =>
  read
    .selectFrom('login_failures')
    .selectAll()
    .where('subject', 'in', [...subjects]);

const fromRow = (row: {
  subject: string;
  failures: number;
  blocked_until: number;
  changed_at: number;
}): LoginFailures => ({
  subject: row.subject,
  failures: row.failures,
  blockedUntil: row.blocked_until,
  changedAt: row.changed_at,
});
