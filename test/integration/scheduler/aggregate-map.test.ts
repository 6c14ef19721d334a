import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { addAggregateHost, createAggregate } from '#platform/directory/stores/aggregates.ts';
import { addCustomTrait } from '#platform/directory/stores/custom-traits.ts';
import { setHostTraits } from '#platform/directory/stores/host-traits.ts';
import { schedulingGeneration } from '#platform/directory/stores/scheduling-generation.ts';
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
  expect(map.of('host-1', liar)).toEqual({ zone: 'nova', aggregates: [], customTraits: [] });
  for (const cellId of [own, liar]) expect(map.of('host-2', cellId).zone).toBe('london');
  expect(map.of('__proto__', own)).toEqual({ zone: 'nova', aggregates: [], customTraits: [] });
});

it('a host has the custom traits that it was given in its cell, and schedulers are told of a change', async () => {
  const [own, liar] = [randomUUID(), randomUUID()];
  const map = new AggregateMap({ directory: db.database, log: silentLogger });
  let changes = 0;
  map.onChange(() => {
    changes += 1;
  });
  const before = await schedulingGeneration(db.database.read);
  const set = (traits: readonly string[], ifRevision: number) =>
    db.database.transaction((tx) => setHostTraits(tx, { cellId: own, hostName: 'gilded' }, traits, ifRevision));
  await db.database.transaction((tx) => addCustomTrait(tx, 'CUSTOM_GOLD'));
  expect(await set(['CUSTOM_GOLD'], 0)).toBe(true);
  expect(await set([], 0)).toBe(false);
  expect(await schedulingGeneration(db.database.read)).toBe(before + 1);
  await map.refresh();
  expect(map.of('gilded', own)).toEqual({ zone: 'nova', aggregates: [], customTraits: ['CUSTOM_GOLD'] });
  expect(map.of('gilded', liar).customTraits).toEqual([]);
  await map.refresh();
  expect(changes).toBe(1);
  expect(await set([], 1)).toBe(true);
  await map.refresh();
  expect([map.of('gilded', own).customTraits, changes]).toEqual([[], 2]);
});
