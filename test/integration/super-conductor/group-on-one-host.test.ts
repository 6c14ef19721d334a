import { afterEach, expect, test } from 'vitest';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { allEnded } from '#platform/lifecycle/all-ended.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import { CellWorld } from '../cell/conductor/support/cell-world.ts';
import { schedulerPairs, UNIT } from './scheduler-pairs.ts';

const SCHEDULERS = 4;
const CELLS = 2;
const GROUPS = 10;
const TOTAL = { vcpus: 64, ramMb: 64 * UNIT.ramMb, diskGb: 1_000 };

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

test(`members of an affinity group that ${SCHEDULERS} schedulers place at once are on one host of one cell`, async () => {
  const db = await createTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS, 20);
  stops.push(() => db.drop());
  const worlds: CellWorld[] = [];
  stops.push(() => allEnded(worlds.map((world) => world.close())));
  while (worlds.length < CELLS) worlds.push(await CellWorld.create({ hosts: 2, total: TOTAL }));
  const { createTogether, stop } = await schedulerPairs(db.database, worlds, SCHEDULERS);
  stops.push(stop);

  for (let made = 0; made < GROUPS; made++) {
    const groupId = await createTogether();
    const claims = worlds.map((world) =>
      world.test.database.read.selectFrom('claims').select('host_id').where('group_id', '=', groupId).execute(),
    );
    const hosts = (await Promise.all(claims)).flat().map(({ host_id }) => host_id);
    expect(hosts).toEqual(Array(SCHEDULERS).fill(hosts[0]));
  }
});
