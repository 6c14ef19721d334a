import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { VolvoxError } from '../errors/volvox-error.ts';
import type { Logger } from '../logging/logger.ts';
import { type Clock, systemClock, timestamp } from '../time/clock.ts';

/**
 * One numbered step of a schema. `up` holds plain SQL statements (never today's types): DDL is not transactional, so each
 * statement must be repeatable (`IF NOT EXISTS`), and a step that died half-way is simply run again. A released step never changes.
 */
export interface Migration {
  /** `0001-first-tables`. */
  readonly name: string;
  readonly up: readonly string[];
}

const LOCK_LEASE_MS = 60_000;
const checksum = (migration: Migration): string => createHash('sha256').update(migration.up.join(';\n')).digest('hex');

/**
 * Brings the schema up to date. Safe to call from many processes at once: a lock row with a lease lets one work, the others wait.
 * @throws VolvoxError conflict when a step that was applied has changed since.
 */
export async function migrate(
  db: Kysely<unknown>,
  migrations: readonly Migration[],
  log: Logger,
  owner: string,
  clock: Clock = systemClock,
): Promise<void> {
  await sql`CREATE TABLE IF NOT EXISTS schema_migrations (name VARCHAR(120) PRIMARY KEY, checksum CHAR(64) NOT NULL, applied_at VARCHAR(30) NOT NULL)`.execute(
    db,
  );
  await sql`CREATE TABLE IF NOT EXISTS schema_lock (id INT PRIMARY KEY, owner VARCHAR(120) NOT NULL, expires_at BIGINT NOT NULL)`.execute(
    db,
  );
  await sql`INSERT IGNORE INTO schema_lock (id, owner, expires_at) VALUES (1, '', 0)`.execute(db);
  await takeLock(db, owner, clock);
  try {
    const { rows } = await sql<{
      name: string;
      checksum: string;
    }>`SELECT name, checksum FROM schema_migrations`.execute(db);
    const applied = new Map(rows.map((row) => [row.name, row.checksum]));
    for (const migration of migrations) {
      const known = applied.get(migration.name);
      if (known === checksum(migration)) continue;
      if (known !== undefined)
        throw new VolvoxError('conflict', `migration ${migration.name} was changed after it was applied`);
      for (const statement of migration.up) await sql.raw(statement).execute(db);
      await sql`INSERT INTO schema_migrations VALUES (${migration.name}, ${checksum(migration)}, ${timestamp(clock.now())})`.execute(
        db,
      );
      log.info({ migration: migration.name }, 'migrated');
    }
  } finally {
    await sql`UPDATE schema_lock SET owner = '', expires_at = 0 WHERE id = 1 AND owner = ${owner}`.execute(db);
  }
}

async function takeLock(db: Kysely<unknown>, owner: string, clock: Clock): Promise<void> {
  for (;;) {
    const now = clock.now();
    const { numAffectedRows } =
      await sql`UPDATE schema_lock SET owner = ${owner}, expires_at = ${now + LOCK_LEASE_MS} WHERE id = 1 AND (owner IN ('', ${owner}) OR expires_at < ${now})`.execute(
        db,
      );
    if (numAffectedRows === 1n) return;
    await clock.sleep(200);
  }
}
