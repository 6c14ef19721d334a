import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectWithPatterns } from '#platform/database/pattern-query.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

describe('a select with patterns of users', () => {
  let test: TestDatabase<object>;
  beforeAll(async () => {
    test = await createTestDatabase<object>([]);
  });
  afterAll(() => test.drop());

  /** Rows of 250 letters and a number. */
  const matching = (rows: number, pattern: string) => {
    const text = sql`CONCAT(REPEAT('a', 250), '!', seq)`;
    const query = sql<{
      seq: number;
    }>`SELECT seq FROM ${sql.table(`seq_1_to_${rows}`)} WHERE ${text} REGEXP ${pattern}`;
    return selectWithPatterns(test.database.patterns, query, { key: 'p' });
  };

  it('answers, and refuses what is no pattern', async () => {
    expect(await matching(100, '!77$')).toEqual([{ seq: 77 }]);
    await expect(matching(1, '(')).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(/not a valid/),
    });
  });

  it('ends in time', async () => {
    const start = Date.now();
    await expect(matching(10_000, '(a|a)*$')).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(/took too long/),
    });
    expect(Date.now() - start).toBeLessThan(5_000);
  });
});
