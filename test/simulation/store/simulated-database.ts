import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  type QueryResult,
} from 'kysely';
import { type Database, sidesOf, transactionOn } from '#platform/database/database.ts';
import type { Fault, Faults } from '../kernel/faults.ts';
import type { Kernel, Life } from '../kernel/kernel.ts';
import { latency } from '../kernel/latency.ts';
import { connectionLost, deadlock, type SqlServer } from './sql-server.ts';

/** A process's access to a simulated server: production's own transactions, over connections whose every word is an event. */
export function openSimulatedDatabase<T>(server: SqlServer, life: Life, kernel: Kernel, faults: Faults): Database<T> {
  const dialect: Dialect = {
    createAdapter: () => new MysqlAdapter(),
    createDriver: () => new SimulatedDriver(() => new Connection(server, life, kernel, faults)),
    createIntrospector: (db) => new MysqlIntrospector(db),
    createQueryCompiler: () => new MysqlQueryCompiler(),
  };
  const kysely = new Kysely<T>({ dialect });
  return { ...sidesOf(kysely), transaction: transactionOn(kysely, kernel.clock), close: async () => undefined };
}

class SimulatedDriver implements Driver {
  readonly #connect: () => Connection;
  constructor(connect: () => Connection) {
    this.#connect = connect;
  }
  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connect();
  }
  beginTransaction(connection: DatabaseConnection): Promise<void> {
    return (connection as Connection).begin();
  }
  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return (connection as Connection).commit();
  }
  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return (connection as Connection).rollback();
  }
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}

class Connection implements DatabaseConnection {
  readonly #server: SqlServer;
  readonly #life: Life;
  readonly #kernel: Kernel;
  readonly #faults: Faults;
  /** Statements of one connection follow each other. */
  #lastAt = 0;
  #state: 'idle' | 'open' | 'lost' = 'idle';
  readonly #died = () => {
    if (this.#state === 'open') this.#server.end('ROLLBACK');
    this.#state = 'lost';
  };

  constructor(server: SqlServer, life: Life, kernel: Kernel, faults: Faults) {
    this.#server = server;
    this.#life = life;
    this.#kernel = kernel;
    this.#faults = faults;
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const run = (): QueryResult<R> => {
      const { rows, affected } = this.#server.run(query.sql, query.parameters);
      return { rows: rows as R[], numAffectedRows: BigInt(affected) };
    };
    return this.#event(this.#state === 'idle' ? 'statement' : 'in-transaction', run);
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new Error('nothing streams from the simulated store');
  }

  begin(): Promise<void> {
    return this.#event('begin', () => {
      this.#server.begin(this.#life);
      this.#state = 'open';
      this.#life.atDeath.add(this.#died);
    });
  }

  commit(): Promise<void> {
    return this.#event('commit', () => this.#end('COMMIT'));
  }

  async rollback(): Promise<void> {
    if (this.#state === 'open') this.#end('ROLLBACK');
    if (this.#state === 'lost') throw connectionLost();
  }

  #end(how: 'COMMIT' | 'ROLLBACK'): void {
    this.#server.end(how);
    this.#state = 'idle';
    this.#life.atDeath.delete(this.#died);
  }

  #lose(): void {
    if (this.#state === 'open') this.#server.end('ROLLBACK');
    this.#state = 'lost';
    this.#life.atDeath.delete(this.#died);
  }

  #event<R>(at: 'statement' | 'in-transaction' | 'begin' | 'commit', perform: () => R): Promise<R> {
    const inside = at === 'in-transaction' || at === 'commit';
    return new Promise((resolve, reject) => {
      const happen = (): void => {
        if (inside && this.#state === 'lost') reject(connectionLost());
        else if (this.#server.away) this.#fail(reject);
        else if (!inside && this.#server.busy) this.#standInLine(happen);
        else {
          const fault = this.#faults.draw(at, this.#life);
          if (fault === 'pause') this.#plan(0, happen);
          else this.#carryOut(fault, perform, resolve, reject);
        }
      };
      this.#plan(latency(this.#kernel.random), happen);
    });
  }

  #standInLine(happen: () => void): void {
    this.#server.wait(() => this.#plan(latency(this.#kernel.random) / 4, happen));
  }

  #fail(reject: (error: unknown) => void): void {
    this.#lose();
    reject(connectionLost());
  }

  #carryOut<R>(
    fault: Fault | null,
    perform: () => R,
    resolve: (result: R) => void,
    reject: (error: unknown) => void,
  ): void {
    if (fault === 'crash-before') this.#faults.crash(this.#life);
    else if (fault === 'lost-before') this.#fail(reject);
    else if (fault === 'deadlock') {
      if (this.#state === 'open') this.#end('ROLLBACK');
      this.#state = 'lost';
      reject(deadlock());
    } else {
      try {
        const result = perform();
        if (fault === 'crash-after') this.#faults.crash(this.#life);
        else if (fault === 'lost-after') this.#fail(reject);
        else resolve(result);
      } catch (error) {
        reject(error);
      }
    }
  }

  #plan(ms: number, happen: () => void): void {
    const at = Math.max(this.#kernel.now + ms, this.#lastAt);
    this.#lastAt = at;
    this.#kernel.plan(at - this.#kernel.now, this.#life, happen);
  }
}
