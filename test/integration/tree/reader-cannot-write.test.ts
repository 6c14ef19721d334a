import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Database, Reader } from '#platform/database/database.ts';
import { selectRows } from '#platform/database/raw-select.ts';

/** True when a reader has a member of this name: the compiler checks the line below. */
type Has<K extends string> = K extends keyof Reader<object> ? true : false;
const WRITES: readonly [
  Has<'insertInto'>,
  Has<'updateTable'>,
  Has<'deleteFrom'>,
  Has<'getExecutor'>,
  Has<'transaction'>,
  Has<'with'>,
] = [false, false, false, false, false, false];
const isReader: Database<object>['read'] extends Reader<object> ? true : false = true;

it('gives a reader no way to write, by type', () => {
  expect([...WRITES, isReader]).toEqual([false, false, false, false, false, false, true]);
});

it('runs no raw statement but SELECT through a reader', async () => {
  const read = { selectFrom: () => undefined };
  await expect(selectRows(read, sql`UPDATE hosts SET up = 1`)).rejects.toThrow('a reader runs SELECT only');
});
