/** One use of an `Idempotency-Key`: the request that has it, and the first answer to it. */
interface IdempotencyKeysTable {
  /** The caller's project; without one, the caller. */
  project_id: string;
  /** null: written by an older release. */
  user_id: string | null;
  /** SHA-256 of project, user and key. Rows of an older release have the key itself. */
  idempotency_key: string;
  /** Of method, URL, microversion and body, keyed with the client's key. */
  fingerprint: string;
  /** JSON of what the key was first used for (`KeyedRequest`). */
  request: string | null;
  /** The attempt that has the key: the id of its request. */
  request_id: string | null;
  /** When the process of the attempt last said that it is at work. */
  alive_at: string | null;
  /** How many transactions of the attempt were committed. */
  commits: number;
  /** null: no answer is kept. */
  status: number | null;
  headers: string | null;
  /** Sealed. */
  body: string | null;
  /** JSON of the names of the roles that the caller had; null: the process that answered is older than this column. */
  roles: string | null;
  created_at: string;
}
export interface IdempotencyTables {
  idempotency_keys: IdempotencyKeysTable;
}
