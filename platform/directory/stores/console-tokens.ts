import type { Selectable } from 'kysely';
import type { Reader } from '../../database/database.ts';
import type { ConsoleType } from '../../objects/console.ts';
import type { Directory } from '../directory.ts';
import type { ConsoleTokenTables } from '../schema/console-tokens.ts';
import type { DirectoryTables } from '../tables.ts';

/** What a token opens: one console of one guest, while it is the guest of its instance at this epoch. Times in ms since the epoch. */
export interface ConsoleToken {
  readonly tokenHash: string;
  readonly instanceUuid: string;
  readonly cellId: string;
  readonly epoch: number;
  readonly guestId: string;
  readonly host: string;
  readonly type: ConsoleType;
  readonly projectId: string;
  readonly userId: string;
  readonly userProjectId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Of one instance. The oldest go first. */
const MAX_PER_INSTANCE = 32;
/** At once; requests at the same time may leave some more, which the next one removes. */
const MAX_REMOVED = 1_000;

/** Stores a token, and removes those of the instance that are too many. Those that are over go by themselves (`removeExpiredConsoleTokens`). */
export async function addConsoleToken(directory: Directory, token: ConsoleToken): Promise<void> {
  await directory.transaction(async (tx) => {
    await tx.insertInto('console_tokens').values(toRow(token)).execute();
    // By name: a token that another request adds meanwhile is in none of these rows, and stays.
    const surplus = await tx
      .selectFrom('console_tokens')
      .select('token_hash')
      .where('instance_uuid', '=', token.instanceUuid)
      .orderBy('created_at', 'desc')
      .orderBy('token_hash')
      .limit(MAX_REMOVED)
      .offset(MAX_PER_INSTANCE)
      .execute();
    const hashes = surplus.map((row) => row.token_hash);
    if (hashes.length > 0) await tx.deleteFrom('console_tokens').where('token_hash', 'in', hashes).execute();
  });
}

/** null: there is no such token, or it has expired. */
export async function findConsoleToken(
  read: Reader<DirectoryTables>,
  tokenHash: string,
  now: number,
): Promise<ConsoleToken | null> {
  const row = await read
    .selectFrom('console_tokens')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row === undefined ? null : fromRow(row);
}

/** @returns how many went; some may be left when it is `limit`. */
export async function removeExpiredConsoleTokens(directory: Directory, now: number, limit: number): Promise<number> {
  const { numDeletedRows } = await directory.transaction((tx) =>
    tx.deleteFrom('console_tokens').where('expires_at', '<=', now).limit(limit).executeTakeFirst(),
  );
  return Number(numDeletedRows);
}

type Row = Selectable<ConsoleTokenTables['console_tokens']>;

const toRow = (token: ConsoleToken): Row => ({
  token_hash: token.tokenHash,
  instance_uuid: token.instanceUuid,
  cell_id: token.cellId,
  epoch: token.epoch,
  guest_id: token.guestId,
  host: token.host,
  type: token.type,
  project_id: token.projectId,
  user_id: token.userId,
  user_project_id: token.userProjectId,
  created_at: token.createdAt,
  expires_at: token.expiresAt,
});

const fromRow = (row: Row): ConsoleToken => ({
  tokenHash: row.token_hash,
  instanceUuid: row.instance_uuid,
  cellId: row.cell_id,
  epoch: row.epoch,
  guestId: row.guest_id,
  host: row.host,
  type: row.type,
  projectId: row.project_id,
  userId: row.user_id,
  userProjectId: row.user_project_id,
  createdAt: Number(row.created_at),
  expiresAt: Number(row.expires_at),
});
