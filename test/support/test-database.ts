import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { createConnection } from 'mysql2/promise';
import { inject } from 'vitest';
import { Secret } from '#platform/config/secret.ts';
import { type Database, type DatabaseConfig, openDatabase } from '#platform/database/database.ts';
import { type Migration, migrate } from '#platform/database/migrations.ts';
import { silentLogger } from '#platform/logging/logger.ts';

export interface TestDatabase<T> {
  readonly config: DatabaseConfig;
  readonly database: Database<T>;
  /** Closes and removes it. */
  drop(): Promise<void>;
}

/** An empty database with the migrations applied, on the run's own MariaDB. */
export async function createTestDatabase<T>(migrations: readonly Migration[], poolSize = 10): Promise<TestDatabase<T>> {
  const port = inject('mariadbPort');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const administer = async (statement: string) => {
    const connection = await createConnection({ host: '127.0.0.1', port, user: 'root' });
    await connection.query(statement);
    await connection.end();
  };
  await administer(`CREATE DATABASE ${name}`);
  const config: DatabaseConfig = {
    host: '127.0.0.1',
    port,
    user: 'root',
    password: new Secret(''),
    database: name,
    poolSize,
  };
  const database = openDatabase<T>(config);
  await migrate(database.schema, migrations, silentLogger, name);
  return {
    config,
    database,
    drop: async () => {
      await database.close();
      await administer(`DROP DATABASE ${name}`);
    },
  };
}

/** Reading and writing in one, for tests that put rows where no store would. */
export const everything = <T>(database: Pick<Database<T>, 'read' | 'schema'>): Kysely<T> =>
  database.schema as unknown as Kysely<T>;
