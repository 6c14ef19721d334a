import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { addAggregateHost, createAggregate } from '#platform/directory/stores/aggregates.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { AggregateMap } from '../../../scheduler/aggregate-map.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

let db: TestDatabase<DirectoryTables>;
beforeAll(async () => {
  db = await createTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);
});
afterAll(() => db.drop());

it('a host is in the aggregates of its cell, and not in those of a host of the same name in another', async () => {
  const [own, liar] = [randomUUID(), randomUUID()];
  const map = new AggregateMap({ directory: db.database, log: silentLogger });
  await db.database.transaction(async (tx) => {
    const now = new Date().toISOString();
    const { id } = await createAggregate(tx, { uuid: randomUUID(), name: 'for one project', zone: 'london' }, now);
    await addAggregateHost(tx, id, 'host-1', own);
    await addAggregateHost(tx, id, 'host-2', own);
    // As a release before wrote it.
    await tx.updateTable('aggregate_hosts').set({ cell_id: null }).where('host_name', '=', 'host-2').execute();
  });
  await map.refresh();
  expect(map.of('host-1', own)).toMatchObject({ zone: 'london', aggregates: [{ name: 'for one project' }] });
  expect(map.of('host-1', liar)).toEqual({ zone: 'nova', aggregates: [] });
  for (const cellId of [own, liar]) expect(map.of('host-2', cellId).zone).toBe('london');
  expect(map.of('__proto__', own)).toEqual({ zone: 'nova', aggregates: [] });
});
