import { createPool, type Pool } from 'mysql2/promise';
import { addressOf } from '#platform/database/connection-options.ts';
import { operatorTransport } from '../../../deploy/local/certificates.ts';
import type { LocalRegion } from '../../../deploy/local/region.ts';
import { sqlOptions } from '../../../deploy/local/region-processes.ts';
import type { StoreSettings } from '../../../deploy/local/settings.ts';
import { waitUntil } from '../wait-until.ts';

/** How long a database that was killed may take to answer again, ms. */
const BACK_AFTER_MS = 60_000;

/** One database of a region, read past all services. */
export interface Sql {
  /** Rows of a SELECT; waits for a database that is away. */
  rows<T>(statement: string, values?: readonly (string | number)[]): Promise<T[]>;
}

/** The databases of a region: the truth that its books are checked against. */
export interface RegionSql {
  readonly directory: Sql;
  readonly cells: readonly { readonly name: string; readonly sql: Sql }[];
  close(): Promise<void>;
}

export function openRegionSql(region: LocalRegion): RegionSql {
  const pools: Pool[] = [];
  const open = (owner: string, store: StoreSettings): Sql => {
    const { port, password, database } = sqlOptions(region.home, owner, store);
    const pool = createPool({
      ...addressOf({ host: '127.0.0.1', port, transport: operatorTransport(region.home) }),
      ...{ user: 'volvox', password, database, connectionLimit: 4 },
    });
    pools.push(pool);
    return {
      rows: <T>(statement: string, values: readonly (string | number)[] = []) =>
        waitUntil(
          `${owner}: ${statement}`,
          async () => (await pool.query(statement, [...values]))[0] as T[],
          BACK_AFTER_MS,
          100,
        ),
    };
  };
  const { global, cells } = region.settings;
  return {
    directory: open('global', global),
    cells: cells.map((cell) => ({ name: cell.name, sql: open(cell.name, cell) })),
    close: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
    },
  };
}
