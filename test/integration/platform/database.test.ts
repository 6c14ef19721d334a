import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '#platform/database/database.ts';
import { isRefusedValue } from '#platform/database/sql-errors.ts';
import { deleteRows, updateRows, upsertRows } from '#platform/database/write-rows.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

interface Tables {
  counters: { id: number; value: number };
}

describe('database', () => {
  let db: TestDatabase<Tables>;
  beforeAll(async () => {
    db = await createTestDatabase<Tables>([
      { name: '0001', up: ['CREATE TABLE IF NOT EXISTS counters (id INT PRIMARY KEY, value INT NOT NULL)'] },
    ]);
    await db.database.write
      .insertInto('counters')
      .values([
        { id: 1, value: 0 },
        { id: 2, value: 0 },
      ])
      .execute();
  });
  afterAll(() => db.drop());

  it('repeats the whole transaction when two deadlock, so that both take effect once', async () => {
    const add = (first: number, second: number) =>
      db.database.transaction(async (tx) => {
        for (const id of [first, second]) {
          await tx
            .updateTable('counters')
            .set((eb) => ({ value: eb('value', '+', 1) }))
            .where('id', '=', id)
            .execute();
        }
      });
    await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? add(1, 2) : add(2, 1))));
    const rows = await db.database.read.selectFrom('counters').selectAll().orderBy('id').execute();
    expect(rows).toEqual([
      { id: 1, value: 20 },
      { id: 2, value: 20 },
    ]);
  });

  it('counts matched rows, so that a compare-and-swap which changes nothing is still a hit', async () => {
    const { numUpdatedRows } = await db.database.write
      .updateTable('counters')
      .set({ id: 1 })
      .where('id', '=', 1)
      .executeTakeFirstOrThrow();
    expect(numUpdatedRows).toBe(1n);
  });
});

describe('a database server with a mode of its own', () => {
  interface Texts {
    texts: { id: number; text: string };
  }
  let db: TestDatabase<Texts>;
  let root: Connection;
  let before: string;
  beforeAll(async () => {
    db = await createTestDatabase<Texts>([
      { name: '0001', up: ['CREATE TABLE IF NOT EXISTS texts (id INT PRIMARY KEY, text VARCHAR(40) NOT NULL)'] },
    ]);
    root = await createConnection({ host: db.config.host, port: db.config.port, user: 'root' });
    const [rows] = await root.query<RowDataPacket[]>('SELECT @@GLOBAL.sql_mode AS mode');
    before = String(rows[0]?.mode);
  });
  afterAll(async () => {
    await root.end();
    await db.drop();
  });

  /** Connections that are opened while `work` runs find the server in this mode. */
  async function inMode(mode: string, work: (fresh: Database<Texts>) => Promise<void>): Promise<void> {
    await root.query('SET GLOBAL sql_mode = ?', [mode]);
    const fresh = openDatabase<Texts>(db.config);
    try {
      await work(fresh);
    } finally {
      await root.query('SET GLOBAL sql_mode = ?', [before]);
      await fresh.close();
    }
  }

  it('takes a text with quotes and backslashes as a text, also where backslashes do not escape', async () => {
    const hostile = "\\' OR 1 = 1 -- ";
    await inMode('NO_BACKSLASH_ESCAPES', async ({ read, write }) => {
      await write.insertInto('texts').values({ id: 1, text: 'of others' }).execute();
      expect(await read.selectFrom('texts').selectAll().where('text', '=', hostile).execute()).toEqual([]);
      await write.insertInto('texts').values({ id: 2, text: hostile }).execute();
      expect(await read.selectFrom('texts').select('id').where('text', '=', hostile).execute()).toEqual([{ id: 2 }]);
    });
  });

  it('refuses a text that is too long, also where the server would cut it', async () => {
    await inMode('', async ({ write }) => {
      const long = write.insertInto('texts').values({ id: 3, text: 'x'.repeat(41) });
      await expect(long.execute()).rejects.toSatisfy(isRefusedValue);
    });
  });
});

describe('rows by the name of their table', () => {
  interface Named {
    parts: { id: string; kind: string; amount: number; note: string | null };
  }
  let db: TestDatabase<Named>;
  beforeAll(async () => {
    db = await createTestDatabase<Named>([
      {
        name: '0001',
        up: [
          'CREATE TABLE IF NOT EXISTS parts (id VARCHAR(9), kind VARCHAR(9), amount INT NOT NULL, note TEXT NULL, PRIMARY KEY (id, kind))',
        ],
      },
    ]);
  });
  afterAll(() => db.drop());

  it('are inserted or written anew, changed and deleted, each column of the key compared', async () => {
    const { read, write } = db.database;
    const stored = () => read.selectFrom('parts').selectAll().orderBy('id').orderBy('kind').execute();
    const part = (id: string, kind: string, amount: number) => ({ id, kind, amount, note: null });
    await upsertRows(write, 'parts', [], 'amount');
    await upsertRows(write, 'parts', [part('a', 'x', 1), part('a', 'y', 2)], 'amount');
    await upsertRows(write, 'parts', [part('a', 'y', 3), part('b', 'x', 4)], 'amount');
    expect(await stored()).toEqual([part('a', 'x', 1), part('a', 'y', 3), part('b', 'x', 4)]);

    expect(await updateRows(write, 'parts', { id: 'a', amount: 3 }, { note: 'seen' })).toBe(1);
    expect(await updateRows(write, 'parts', { id: 'a', amount: 9 }, { note: 'never' })).toBe(0);
    expect(await deleteRows(write, 'parts', { id: 'a', kind: 'x' })).toBe(1);
    expect(await deleteRows(write, 'parts', { id: 'b', kind: 'y' })).toBe(0);
    expect(await stored()).toEqual([{ ...part('a', 'y', 3), note: 'seen' }, part('b', 'x', 4)]);
  });

  it('need to be named: no column names no row', async () => {
    await expect(deleteRows(db.database.write, 'parts', {})).rejects.toThrow();
    await expect(updateRows(db.database.write, 'parts', {}, { amount: 0 })).rejects.toThrow();
  });
});
