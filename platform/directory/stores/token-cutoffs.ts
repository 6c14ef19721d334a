import { sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import type { DirectoryTx } from '../directory.ts';
import type { DirectoryTables } from '../tables.ts';
import { touchIdentity } from './identity-revision.ts';

/**
 * Moments before which every token of a project, or of a user in a project, is void. A token that was void once stays so, whatever the
 * project or the roles are later. All moments are ms since the epoch.
 */

/** Stands for every user. */
const EVERY_USER = '';

/** To be called when a project is disabled or enabled: tokens of the time before are void. */
export async function voidTokensOfProject(tx: DirectoryTx, projectId: string, before: number): Promise<void> {
  await raise(tx, [{ user_id: EVERY_USER, project_id: projectId, not_before: before }]);
}

/** To be called when a user loses a role in projects. */
export async function voidTokensInProjects(
  tx: DirectoryTx,
  lost: readonly { readonly userId: string; readonly projectId: string }[],
  before: number,
): Promise<void> {
  await raise(
    tx,
    lost.map(({ userId, projectId }) => ({ user_id: userId, project_id: projectId, not_before: before })),
  );
}

/**
 * To be called before a user without a role in a project gets one. A token that was being issued while the last role went may be younger
 * than the moment of the loss.
 */
export async function renewCutoff(
  tx: DirectoryTx,
  { userId, projectId }: { readonly userId: string; readonly projectId: string },
  before: number,
): Promise<void> {
  await tx
    .updateTable('token_cutoffs')
    .set({ not_before: sql`GREATEST(not_before, ${before})` })
    .where('user_id', '=', userId)
    .where('project_id', '=', projectId)
    .execute();
}

/** A token of this user and project that was issued before this moment is void; 0: none is. */
export async function tokensNotBefore(
  read: Reader<DirectoryTables>,
  userId: string,
  projectId: string,
): Promise<number> {
  const row = await read
    .selectFrom('token_cutoffs')
    .select((eb) => eb.fn.max('not_before').as('notBefore'))
    .where('user_id', 'in', [EVERY_USER, userId])
    .where('project_id', '=', projectId)
    .executeTakeFirst();
  return Number(row?.notBefore ?? 0);
}

async function raise(
  tx: DirectoryTx,
  rows: readonly { user_id: string; project_id: string; not_before: number }[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .insertInto('token_cutoffs')
    .values([...rows])
    .onDuplicateKeyUpdate({ not_before: sql`GREATEST(not_before, VALUES(not_before))` })
    .execute();
  await touchIdentity(tx);
}
