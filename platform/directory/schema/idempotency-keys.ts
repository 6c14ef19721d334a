/** The first answer to a POST that carried `Idempotency-Key`, given again to its repetitions for a day. */
interface IdempotencyKeysTable {
  project_id: string;
  idempotency_key: string;
  /** SHA-256 of method, path and body: another request under the same key is refused. */
  fingerprint: string;
  /** null: the first is still being worked on. */
  status: number | null;
  headers: string | null;
  body: string | null;
  /** JSON of the names of the roles that its caller had; null: the process that answered is older than this column. */
  roles: string | null;
  created_at: string;
}
export interface IdempotencyTables {
  idempotency_keys: IdempotencyKeysTable;
}
