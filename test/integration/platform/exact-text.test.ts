import { type Kysely, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Migration } from '#platform/database/migrations.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { CELL_MIGRATIONS } from '../../../cell/database/migrations/index.ts';
import { createTestDatabase } from '../../support/test-database.ts';

/** The names under which servers list the collation of `EXACT_COLLATION`. */
const EXACT_COLLATIONS: readonly string[] = ['utf8mb4_nopad_bin', 'utf8mb4_0900_bin'];

const DATABASES: readonly (readonly [string, readonly Migration[]])[] = [
  ['the directory', DIRECTORY_MIGRATIONS],
  ["a cell's database", CELL_MIGRATIONS],
];

describe.each(DATABASES)('text of %s', (_name, migrations) => {
  it('is compared exactly in every column of every table, and in tables to come', async () => {
    const { database, drop } = await createTestDatabase<unknown>(migrations);
    try {
      const read = database.read as Kysely<unknown>;
      const { rows } = await sql<{ name: string; collation: string }>`
        SELECT CONCAT(table_name, '.', column_name) AS name, collation_name AS collation FROM information_schema.columns
        WHERE table_schema = DATABASE() AND collation_name IS NOT NULL`.execute(read);
      expect(rows.length).toBeGreaterThan(50);
      expect(rows.filter(({ collation }) => !EXACT_COLLATIONS.includes(collation))).toEqual([]);
      const defaults = await sql<{ collation: string }>`
        SELECT default_collation_name AS collation FROM information_schema.schemata WHERE schema_name = DATABASE()
        UNION SELECT table_collation FROM information_schema.tables WHERE table_schema = DATABASE()`.execute(read);
      expect(defaults.rows.filter(({ collation }) => !EXACT_COLLATIONS.includes(collation))).toEqual([]);
    } finally {
      await drop();
    }
  });
});

it.each([
  ['a', 'A'],
  ['e', 'é'],
  ['😀', '😁'],
  ['a', 'a '],
  ['ss', 'ß'],
])('%j and %j are different, also when no column takes part', async (one, other) => {
  const { database, drop } = await createTestDatabase<unknown>([]);
  try {
    const read = database.read as Kysely<unknown>;
    const { rows } = await sql<{ same: number }>`SELECT ${one} = ${other} AS same`.execute(read);
    expect(rows).toEqual([{ same: 0 }]);
    const contains = await sql<Record<string, number>>`SELECT
      JSON_CONTAINS(${JSON.stringify([one])}, ${JSON.stringify(other)}) AS text,
      JSON_CONTAINS(${JSON.stringify({ key: one })}, ${JSON.stringify({ key: other })}) AS value,
      JSON_CONTAINS(${JSON.stringify({ [one]: 'x' })}, ${JSON.stringify({ [other]: 'x' })}) AS name,
      JSON_CONTAINS(${JSON.stringify([one])}, ${JSON.stringify(one)}) AS itself`.execute(read);
    expect(contains.rows).toEqual([{ text: 0, value: 0, name: 0, itself: 1 }]);
  } finally {
    await drop();
  }
});
