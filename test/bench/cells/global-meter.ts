import { type Connection, createConnection } from 'mysql2/promise';
import type { ManagedProcess } from '../../../deploy/local/managed-process.ts';
import { socketOption } from '../../../deploy/local/store-sockets.ts';
import type { TestRegion } from '../../support/test-region.ts';
import { cpuSecondsOf } from '../process-usage.ts';

/** What the global tier has used, since some moment. */
export interface GlobalUse {
  readonly seconds: number;
  /** Of the directory. */
  readonly statements: number;
  /** Of api, scheduler, super-conductor, and their MariaDB and Redis, ms; the sum, and by the name of the process. */
  readonly cpuMs: number;
  readonly cpuMsOf: Readonly<Record<string, number>>;
}

const GLOBAL = /^(api|scheduler|super-conductor|global-mariadb|global-redis)$/;

/** Counts statements and CPU time of a region's global tier. */
export class GlobalMeter {
  readonly #sql: Connection;
  readonly #processes: readonly ManagedProcess[];

  private constructor(sql: Connection, processes: readonly ManagedProcess[]) {
    this.#sql = sql;
    this.#processes = processes;
  }

  static async open({ region }: TestRegion): Promise<GlobalMeter> {
    const { home, settings, processes } = region;
    const socketPath = socketOption(home, settings.stores, 'global', 'mariadb');
    const sql = await createConnection({ socketPath, user: 'volvox', password: settings.global.sqlPassword });
    return new GlobalMeter(sql, processes.matching(GLOBAL));
  }

  /** @returns what is used from now on until the result is called. */
  async start(): Promise<() => Promise<GlobalUse>> {
    const [statements, before, from] = [await this.#statements(), this.#cpuMs(), performance.now()];
    return async () => {
      const seconds = (performance.now() - from) / 1_000;
      const used = Object.entries(this.#cpuMs()).map(([name, ms]) => [name, ms - (before[name] ?? 0)] as const);
      return {
        seconds,
        // The question itself is a statement.
        statements: (await this.#statements()) - statements - 1,
        cpuMs: used.reduce((sum, [, ms]) => sum + ms, 0),
        cpuMsOf: Object.fromEntries(used),
      };
    };
  }

  async close(): Promise<void> {
    await this.#sql.end();
  }

  async #statements(): Promise<number> {
    const [rows] = await this.#sql.query("SHOW GLOBAL STATUS LIKE 'Questions'");
    return Number((rows as { Value: string }[])[0]?.Value);
  }

  #cpuMs(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      this.#processes.map(({ spec: { name }, identity }) => {
        if (identity === null) throw new Error(`${name} does not run`);
        return [name, cpuSecondsOf(identity.pid) * 1_000];
      }),
    );
  }
}
