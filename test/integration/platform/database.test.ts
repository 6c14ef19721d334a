import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
