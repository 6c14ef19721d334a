import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Migration } from '#platform/database/migrations.ts';
import type { Kernel, Life } from '../kernel/kernel.ts';
import { schemaForSqlite, statementForSqlite, uniqueKeys } from './mysql-as-sqlite.ts';

interface SqlResult {
  readonly rows: Record<string, unknown>[];
  readonly affected: number;
}

interface Prepared {
  readonly statement: StatementSync;
  readonly reads: boolean;
}

/** As mysql2 would throw it. */
class SqlError extends Error {
  readonly code: string;
  readonly errno: number;
  constructor(code: string, errno: number, message: string) {
    super(message);
    this.code = code;
    this.errno = errno;
  }
}

export const connectionLost = (): SqlError =>
  new SqlError('PROTOCOL_CONNECTION_LOST', 0, 'Connection lost: The server closed the connection.');
export const deadlock = (): SqlError =>
  new SqlError('ER_LOCK_DEADLOCK', 1213, 'Deadlock found when trying to get lock; try restarting transaction');

/**
 * One simulated SQL server: SQLite in memory, kept from history to history and emptied between them. Transactions follow each other:
 * while one is open, statements of others wait (so anomalies of isolation are not explored; crashes and interleavings are).
 */
export class SqlServer {
  readonly name: string;
  /** It does not answer: whoever asks hears that the connection is lost. */
  away = false;
  readonly #sqlite = new DatabaseSync(':memory:');
  readonly #prepared = new Map<string, Prepared>();
  readonly #tables: readonly string[];
  readonly #keys = new Map<string, string>();
  readonly #waiting: (() => void)[] = [];
  #owner: Life | null = null;
  #kernel: Kernel | null = null;

  constructor(name: string, migrations: readonly Migration[], also: readonly string[] = []) {
    this.name = name;
    const statements = migrations.flatMap(({ up }) => up).filter((one): one is string => typeof one === 'string');
    for (const statement of statements) {
      for (const sql of schemaForSqlite(statement)) this.#sqlite.exec(sql);
      for (const { columns, key } of uniqueKeys(statement)) this.#keys.set(columns, key);
    }
    for (const sql of also) this.#sqlite.exec(sql);
    const rows = this.#sqlite.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    this.#tables = rows.map((row) => String(row.name));
  }

  /** Empty again, for a new history. */
  reset(kernel: Kernel): void {
    if (this.#owner !== null) this.#sqlite.exec('ROLLBACK');
    this.#owner = null;
    this.#waiting.length = 0;
    this.#kernel = kernel;
    this.away = false;
    for (const table of this.#tables) this.#sqlite.exec(`DELETE FROM ${table}`);
  }

  /** Whether a statement or a transaction of a life that does not own the server has to wait. */
  get busy(): boolean {
    return this.#owner !== null;
  }

  /** Calls `again` when the transaction that is open now has ended. */
  wait(again: () => void): void {
    this.#waiting.push(again);
  }

  begin(life: Life): void {
    this.#sqlite.exec('BEGIN');
    this.#owner = life;
  }

  end(how: 'COMMIT' | 'ROLLBACK'): void {
    this.#sqlite.exec(how);
    this.#owner = null;
    for (const again of this.#waiting.splice(0)) this.#kernel?.plan(0, null, again);
  }

  run(sql: string, parameters: readonly unknown[]): SqlResult {
    const prepared = this.#prepared.get(sql) ?? this.#prepare(sql);
    const values = parameters.map((value) => (typeof value === 'boolean' ? Number(value) : (value as string)));
    try {
      if (prepared.reads) return { rows: prepared.statement.all(...values), affected: 0 };
      return { rows: [], affected: Number(prepared.statement.run(...values).changes) };
    } catch (error) {
      throw this.#asMysql(error, sql);
    }
  }

  /** For those who look from outside of the simulation: nothing waits, nothing is planned. */
  look<R = Record<string, unknown>>(sql: string, ...parameters: readonly (string | number | null)[]): R[] {
    return this.run(sql, parameters).rows as R[];
  }

  #prepare(sql: string): Prepared {
    const text = statementForSqlite(sql);
    try {
      const prepared = {
        statement: this.#sqlite.prepare(text),
        reads: /^\s*(select|with|\()|\sreturning\s/i.test(text),
      };
      this.#prepared.set(sql, prepared);
      return prepared;
    } catch (error) {
      throw new Error(`The simulated store does not understand: ${sql}\nas: ${text}`, { cause: error });
    }
  }

  #asMysql(error: unknown, sql: string): unknown {
    const message = String((error as Error).message);
    const taken = /^UNIQUE constraint failed: (.*)$/.exec(message);
    if (taken !== null) {
      const key = this.#keys.get(taken[1] ?? '') ?? 'PRIMARY';
      return new SqlError('ER_DUP_ENTRY', 1062, `Duplicate entry for key '${key}'`);
    }
    return new Error(`${message}: ${sql}`, { cause: error });
  }
}
