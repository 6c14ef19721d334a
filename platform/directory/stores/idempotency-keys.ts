import { type ExpressionBuilder, sql } from 'kysely';
import { sqlTime } from '../../database/json-column.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { timestamp } from '../../time/clock.ts';
import type { Directory, DirectoryReader, DirectoryTx } from '../directory.ts';
import type { DirectoryTables } from '../tables.ts';

/** An answer that was already given. */
export interface StoredAnswer {
  readonly status: number;
  /** Names of the roles that the caller had. */
  readonly roles: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** Sealed; null: it was too large to keep. */
  readonly body: string | null;
}

/** What a key was used for, to tell a client of another request with it. `query` and `body` are digests, or empty. */
export interface KeyedRequest {
  readonly method: string;
  readonly path: string;
  readonly version: string;
  readonly query: string;
  readonly body: string;
}

/** One use of a key. Only the attempt that has the key may finish or free it. */
export interface KeyUse {
  /** The caller's project; without one, the caller. */
  readonly owner: string;
  readonly userId: string;
  /** SHA-256, hex, of project, user and key. */
  readonly keyHash: string;
  /** The id of the request, unlike that of any other request. */
  readonly requestId: string;
}

interface BeginUse extends KeyUse {
  /** SHA-256, hex, of the whole request. */
  readonly fingerprint: string;
  readonly request: KeyedRequest;
  /** Whether the same request may run again after one that died between its work and its answer. */
  readonly isRepeatable: boolean;
}

/**
 * begun: the caller does the request and must `finish` or `abandon` it. answered: an earlier request has this answer. other-request: the key was
 * used for something else. in-flight: the first one is still in progress. lost: the first one committed work, and no answer of it is kept.
 */
type KeyState =
  | { readonly state: 'begun' }
  | { readonly state: 'answered'; readonly answer: StoredAnswer; readonly requestId: string }
  | { readonly state: 'other-request'; readonly first: KeyedRequest; readonly requestId: string }
  | { readonly state: 'in-flight'; readonly requestId: string }
  | { readonly state: 'lost'; readonly requestId: string };

/** A process that has not said for so long that it works on a request is dead, or cannot commit it any more. */
export const ALIVE_MS = 75_000;
export const KEPT_MS = 24 * 3_600_000;

/** Takes the key for this request, if it is free. One short transaction of its own, as each function here. */
export async function beginKey(directory: Directory, use: BeginUse, now: number): Promise<KeyState> {
  const row = {
    project_id: use.owner,
    user_id: use.userId,
    idempotency_key: use.keyHash,
    fingerprint: use.fingerprint,
    request: JSON.stringify(use.request),
    request_id: use.requestId,
    alive_at: at(now),
    commits: 0,
    status: null,
    headers: null,
    body: null,
    roles: null,
    created_at: at(now),
  };
  try {
    await directory.transaction((tx) => tx.insertInto('idempotency_keys').values(row).execute());
    return { state: 'begun' };
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
  // A transaction of its own: the refused insert holds a shared lock, and would deadlock with whoever settles the key.
  return directory.transaction(async (tx) => {
    const known = await tx
      .selectFrom('idempotency_keys')
      .selectAll()
      .where('project_id', '=', use.owner)
      .where('idempotency_key', '=', use.keyHash)
      .forUpdate()
      .executeTakeFirst();
    // It was freed since: the same request may come again at once.
    if (known === undefined) return { state: 'in-flight', requestId: 'freed just now' };
    const state = stateOf(known, use, now);
    if (state !== 'free') return state;
    await tx.replaceInto('idempotency_keys').values(row).execute();
    return { state: 'begun' };
  });
}

interface KeyRow {
  readonly fingerprint: string;
  readonly request: string | null;
  readonly request_id: string | null;
  readonly alive_at: string | null;
  readonly commits: number;
  readonly status: number | null;
  readonly headers: string | null;
  readonly body: string | null;
  readonly roles: string | null;
  readonly created_at: string;
}

function stateOf(row: KeyRow, use: BeginUse, now: number): KeyState | 'free' {
  if (row.created_at < oldest(now - KEPT_MS)) return 'free';
  const requestId = row.request_id ?? '';
  const isDead = row.status === null && (row.alive_at ?? '') < oldest(now - ALIVE_MS);
  if (isDead && row.commits === 0) return 'free';
  if (row.fingerprint !== use.fingerprint) {
    return { state: 'other-request', first: JSON.parse(row.request ?? '{}') as KeyedRequest, requestId };
  }
  if (row.status === null) {
    if (!isDead) return { state: 'in-flight', requestId };
    return use.isRepeatable ? 'free' : { state: 'lost', requestId };
  }
  const headers = JSON.parse(row.headers ?? '{}') as Record<string, string>;
  const roles = JSON.parse(row.roles ?? '[]') as string[];
  return { state: 'answered', answer: { status: row.status, roles, headers, body: row.body }, requestId };
}

/** Keeps the answer. Does nothing when another attempt has the key. */
export async function finishKey(directory: Directory, use: KeyUse, answer: StoredAnswer): Promise<void> {
  await directory.write
    .updateTable('idempotency_keys')
    .set({
      status: answer.status,
      headers: JSON.stringify(answer.headers),
      body: answer.body,
      roles: JSON.stringify(answer.roles),
    })
    .where(unfinished(use))
    .execute();
}

/**
 * The attempt has failed: the next request under this key is the first one. When more was committed than the attempt knows of (the answer to a
 * commit was lost), the key stays, as that of a process that died.
 * @param commits how many transactions the attempt saw committed.
 */
export async function abandonKey(directory: Directory, use: KeyUse, commits: number): Promise<void> {
  await directory.write.deleteFrom('idempotency_keys').where(unfinished(use)).where('commits', '<=', commits).execute();
  await directory.write
    .updateTable('idempotency_keys')
    .set({ alive_at: at(0) })
    .where(unfinished(use))
    .execute();
}

/**
 * Notes in the transaction of the work that it is committed.
 * @returns false when another attempt has the key: the work must not be committed.
 */
export async function markCommit(tx: DirectoryTx, use: KeyUse): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('idempotency_keys')
    .set({ commits: sql<number>`commits + 1` })
    .where(unfinished(use))
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** The attempt is still at work. */
export async function keepAlive(directory: Directory, use: KeyUse, now: number): Promise<void> {
  await directory.write
    .updateTable('idempotency_keys')
    .set({ alive_at: at(now) })
    .where(unfinished(use))
    .execute();
}

/** How many keys of an owner are kept, counted up to `limit`. */
export async function countKeys(read: DirectoryReader, owner: string, limit: number): Promise<number> {
  const found = read.selectFrom('idempotency_keys').select('created_at').where('project_id', '=', owner).limit(limit);
  const { count } = await read
    .selectFrom(found.as('kept'))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** @returns how many are gone; at most `limit`. */
export async function purgeKeys(directory: Directory, now: number, limit = 1_000): Promise<number> {
  const { numDeletedRows } = await directory.write
    .deleteFrom('idempotency_keys')
    .where('created_at', '<', at(now - KEPT_MS))
    .limit(limit)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** The row of this attempt, as long as no answer of it is kept. */
const unfinished =
  ({ owner, keyHash, requestId }: KeyUse) =>
  (row: ExpressionBuilder<DirectoryTables, 'idempotency_keys'>) =>
    row.and([
      row('project_id', '=', owner),
      row('idempotency_key', '=', keyHash),
      row('request_id', '=', requestId),
      row('status', 'is', null),
    ]);

const at = (ms: number): string => sqlTime(timestamp(ms));
/** As the database has moments, up to the millisecond. */
const oldest = (ms: number): string => at(ms).slice(0, 23);
