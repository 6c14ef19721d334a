import { afterAll, beforeAll } from 'vitest';
import type { Migration } from '#platform/database/migrations.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

/** One database for all tests of the file or of the `describe`. It has no members before they begin. */
export function useTestDatabase<T>(migrations: readonly Migration[]): TestDatabase<T> {
  const used = {} as TestDatabase<T>;
  beforeAll(async () => {
    Object.assign(used, await createTestDatabase<T>(migrations));
  });
  afterAll(() => used.drop?.());
  return used;
}
