import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectWithPatterns } from '#platform/database/pattern-query.ts';
import { selectRows } from '#platform/database/raw-select.ts';
import { matchesPattern } from '#platform/database/user-pattern.ts';
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

  it('ends a match that would take millions of steps, and goes on with the next row', async () => {
    const { patterns } = test.database;
    const text = sql`CONCAT(REPEAT('a', 40), '!', seq)`;
    const query = sql<{ seq: number }>`SELECT seq FROM seq_1_to_10 WHERE ${matchesPattern(text, '(a+)+$')}`;
    expect(await selectWithPatterns(patterns, query, { key: 'p' })).toEqual([]);
  });

  it.each([
    ['Server-1', 'my-SERVER-12', true],
    ['', 'anything', true],
    ['server_1', 'server-1', false],
    ['r..er', 'xServer', false],
    ['e.v', 'sErVer-erv e-v', true],
    ['É', 'café', true],
    ['^b$', 'a\nb\nc', true],
    ['10.0.0.1', '10.0.0.1', true],
    ['(a|b)c', 'xBC', true],
  ])('%j in %j: %j, by whatever means', async (pattern, text, matches) => {
    const rows = await selectRows(
      test.database.read,
      sql<{ found: number }>`SELECT ${matchesPattern(sql`${text}`, pattern)} AS found`,
    );
    expect(rows).toEqual([{ found: matches ? 1 : 0 }]);
  });

  it('leaves the other connections to others, and is shared fairly between projects', async () => {
    const slow = (key: string) =>
      selectWithPatterns(test.database.patterns, sql`SELECT SLEEP(0.3) AS slept`, { key }).then(
        () => 'answered',
        (error) => error.kind,
      );
    const flood = Array.from({ length: 20 }, () => slow('flooding'));
    const other = slow('other');
    await test.database.ping();
    expect(await other).toBe('answered');
    const outcomes = await Promise.all(flood);
    expect(outcomes.filter((outcome) => outcome === 'answered')).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome === 'throttled')).toHaveLength(18);
  });

  it('stops when nobody waits for it', async () => {
    const gone = new AbortController();
    const query = selectWithPatterns(test.database.patterns, sql`SELECT SLEEP(30) AS slept`, {
      key: 'p',
      signal: gone.signal,
    });
    gone.abort(new Error('gone'));
    await expect(query).rejects.toThrow();
    expect(test.database.patterns.gate.running).toBe(0);
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
