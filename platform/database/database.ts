import type { Socket } from 'node:net';
import { Kysely, MysqlDialect, sql, type Transaction } from 'kysely';
import { createPool, type Pool, type PoolConnection } from 'mysql2';
import type { Secret } from '../config/secret.ts';
import { VolvoxError } from '../errors/volvox-error.ts';
import { backoffMs } from '../time/backoff.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import type { Transport } from '../tls/transport.ts';
import { addressOf } from './connection-options.ts';
import { EXACT_COLLATION } from './exact-text.ts';
import { PATTERN_CONNECTIONS, type PatternPool, patternPool } from './pattern-query.ts';
import { isLostConnection, isRetriable } from './sql-errors.ts';

export interface DatabaseConfig {
  readonly host: string;
  readonly port: number;
  /** The socket file of a server on this machine; set, host, port and TLS are not used. */
  readonly socket?: string;
  readonly user: string;
  readonly password: Secret;
  readonly database: string;
  readonly poolSize: number;
  /** False: plain although the transport has TLS files; for a server on loopback. */
  readonly tls?: boolean;
  /** Without it: plain, on loopback only. */
  readonly transport?: Transport;
}

/** The read side: what a store that only looks may be given. It has no way to write; raw statements go through `selectRows`. */
export type Reader<T> = Pick<Kysely<T>, 'selectFrom' | 'selectNoFrom' | 'fn'>;
/** Single statements, each of which commits by itself. A transaction can stand in for it. */
export type Writer<T> = Pick<Kysely<T>, 'insertInto' | 'updateTable' | 'deleteFrom' | 'getExecutor'>;
/** A transaction, passed as a parameter to whatever writes; never ambient. */
export type Tx<T> = Transaction<T>;

export interface Database<T> {
  /** What is committed. By its type it cannot write. */
  readonly read: Reader<T>;
  readonly write: Writer<T>;
  /** For SELECTs with users' regular expressions (`selectWithPatterns`): few connections, apart from those of all others. */
  readonly patterns: PatternPool<Reader<T>>;
  /** For migrations only. */
  readonly schema: Kysely<unknown>;
  /** Resolves when the database answers. @throws when it does not. */
  ping(): Promise<void>;
  /**
   * Runs `work` in a READ COMMITTED transaction and commits. On a deadlock, a lock-wait time-out or a conflict at commit the
   * *whole* of `work` runs again (so it must have no effect but through `tx`), at most 8 times, with jitter.
   * When the connection is lost during commit, whether it was committed is unknown: `unavailable` is thrown and nothing is repeated.
   */
  transaction<R>(work: (tx: Tx<T>) => Promise<R>): Promise<R>;
  close(): Promise<void>;
}

const MAX_ATTEMPTS = 8;
/** Statements waiting for a connection beyond this many are refused, so that a slow database cannot fill the memory. */
const QUEUE_LIMIT = 2_000;
/** A statement that has no answer after so long has lost its server; an idle connection is made anew. */
const SILENCE_MS = 60_000;

/** @throws VolvoxError invalid when it is beyond loopback and would be reached without TLS. */
export function openDatabase<T>(config: DatabaseConfig, clock: Clock = systemClock): Database<T> {
  const kysely = new Kysely<T>({ dialect: new MysqlDialect({ pool: openPool(config, config.poolSize) }) });
  const ofPatterns = new Kysely<T>({ dialect: new MysqlDialect({ pool: openPool(config, PATTERN_CONNECTIONS) }) });
  return {
    ...sidesOf(kysely),
    patterns: patternPool(ofPatterns),
    transaction: transactionOn(kysely, clock),
    close: async () => {
      await ofPatterns.destroy();
      await kysely.destroy();
    },
  };
}

/** Connects when the first query comes. */
function openPool(config: DatabaseConfig, connections: number): Pool {
  const pool: Pool = createPool({
    ...addressOf(config),
    user: config.user,
    password: config.password.reveal(),
    database: config.database,
    connectionLimit: connections,
    maxIdle: connections,
    queueLimit: QUEUE_LIMIT,
    connectTimeout: 3_000,
    enableKeepAlive: true,
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    decimalNumbers: true,
    jsonStrings: true,
    flags: ['-LOCAL_FILES'],
  });
  pool.on('connection', (connection) => prepare(connection as PoolConnection));
  return pool;
}

/** The sides of a database that need no transaction. */
export const sidesOf = <T>(
  kysely: Kysely<T>,
): Pick<Database<T>, 'read' | 'write' | 'schema' | 'patterns' | 'ping'> => ({
  read: kysely,
  patterns: patternPool(kysely),
  write: kysely,
  schema: kysely as unknown as Kysely<unknown>,
  ping: async () => {
    await sql`SELECT 1`.execute(kysely);
  },
});

/** How `Database.transaction` keeps its promise, whatever the connections are. */
export function transactionOn<T>(kysely: Kysely<T>, clock: Clock): Database<T>['transaction'] {
  return async (work) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await kysely.transaction().execute(work);
      } catch (error) {
        if (isLostConnection(error))
          throw new VolvoxError('unavailable', 'The database does not answer.', { cause: error });
        if (!isRetriable(error) || attempt >= MAX_ATTEMPTS) throw error;
        await clock.sleep(backoffMs(attempt, 4, 200));
      }
    }
  };
}

/**
 * Whatever the server's own mode is. Values are written into statements with backslashes as escapes: under NO_BACKSLASH_ESCAPES a
 * text of a caller would end its literal. Without STRICT_TRANS_TABLES a text that is too long would be cut without a word.
 */
const SQL_MODE = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';

const SESSION = [
  // Two values compare as two columns do.
  `SET NAMES utf8mb4 COLLATE ${EXACT_COLLATION}`,
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  `SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 5, sql_mode = '${SQL_MODE}'`,
];

/** Sets the session up before its first use, and ends a connection on which nothing moves: a server that went away without a word. */
function prepare(connection: PoolConnection): void {
  for (const statement of SESSION) {
    connection.query(statement, (error) => {
      if (error !== null) connection.destroy();
    });
  }
  const { stream } = connection as unknown as { readonly stream: Socket };
  stream.setTimeout(SILENCE_MS, () => {
    stream.destroy(Object.assign(new Error('the database is silent'), { code: 'ETIMEDOUT' }));
  });
}
