import { sqlTime } from '../../database/json-column.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { timestamp } from '../../time/clock.ts';
import type { Directory } from '../directory.ts';

/** An answer that was already given. */
export interface StoredAnswer {
  readonly status: number;
  /** Names of the roles that the caller had. */
  readonly roles: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * begun: the caller does the request and must `finish` or `abandon` it. answered: it was done before. other-request: the key was
 * used for something else. in-flight: the first is still being worked on.
 */
type KeyState =
  | { readonly state: 'begun' }
  | { readonly state: 'answered'; readonly answer: StoredAnswer }
  | { readonly state: 'other-request' }
  | { readonly state: 'in-flight' };

/** A request that has said nothing for so long died with its process (the API lets none take longer); its key is free again. */
export const IN_FLIGHT_MS = 75_000;
export const KEPT_MS = 24 * 3_600_000;

/** One use of a key. Only the request that began it may finish or abandon it: a late one leaves the key of its successor alone. */
export interface KeyUse {
  readonly projectId: string;
  readonly key: string;
  /** Ms since the epoch, unlike that of any other request with this key; fractions count. */
  readonly begunAt: number;
}

/** `fingerprint`: SHA-256, hex, of method, path and body. Each function is one short transaction of its own. */
export async function beginKey(directory: Directory, id: KeyUse & { readonly fingerprint: string }): Promise<KeyState> {
  const now = id.begunAt;
  const row = {
    project_id: id.projectId,
    idempotency_key: id.key,
    fingerprint: id.fingerprint,
    status: null,
    headers: null,
    body: null,
    roles: null,
    created_at: begun(now),
  };
  return directory.transaction(async (tx) => {
    try {
      await tx.insertInto('idempotency_keys').values(row).execute();
      return { state: 'begun' };
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
    const known = await tx
      .selectFrom('idempotency_keys')
      .selectAll()
      .where('project_id', '=', id.projectId)
      .where('idempotency_key', '=', id.key)
      .forUpdate()
      .executeTakeFirst();
    const oldest = at(now - (known?.status == null ? IN_FLIGHT_MS : KEPT_MS)).slice(0, 23);
    if (known === undefined || known.created_at < oldest) {
      await tx.replaceInto('idempotency_keys').values(row).execute();
      return { state: 'begun' };
    }
    if (known.fingerprint !== id.fingerprint) return { state: 'other-request' };
    if (known.status === null) return { state: 'in-flight' };
    const { status, body } = known;
    const headers = JSON.parse(known.headers ?? '{}') as Record<string, string>;
    const roles = JSON.parse(known.roles ?? '[]') as string[];
    return { state: 'answered', answer: { status, roles, headers, body: body ?? '' } };
  });
}

export async function finishKey(directory: Directory, id: KeyUse, answer: StoredAnswer): Promise<void> {
  await directory.write
    .updateTable('idempotency_keys')
    .set({
      status: answer.status,
      headers: JSON.stringify(answer.headers),
      body: answer.body,
      roles: JSON.stringify(answer.roles),
    })
    .where('project_id', '=', id.projectId)
    .where('idempotency_key', '=', id.key)
    .where('created_at', '=', begun(id.begunAt))
    .execute();
}

/** Nothing was done: the next request under this key is the first. */
export async function abandonKey(directory: Directory, id: KeyUse): Promise<void> {
  await directory.write
    .deleteFrom('idempotency_keys')
    .where('project_id', '=', id.projectId)
    .where('idempotency_key', '=', id.key)
    .where('created_at', '=', begun(id.begunAt))
    .where('status', 'is', null)
    .execute();
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

/** With the microseconds that tell two requests of one millisecond apart. */
const begun = (ms: number): string => {
  const micros = Math.floor((ms % 1) * 1_000);
  return `${at(Math.floor(ms)).slice(0, 23)}${String(micros).padStart(3, '0')}`;
};

const at = (ms: number): string => sqlTime(timestamp(ms));
