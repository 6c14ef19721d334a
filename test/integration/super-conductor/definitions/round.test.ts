import type { Kysely, KyselyPlugin } from 'kysely';
import { expect, test } from 'vitest';
import type { Directory } from '#platform/directory/directory.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { announceChanges } from '#platform/directory/stores/definitions/announce.ts';
import { beginTelling } from '#platform/directory/stores/definitions/told-cells.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { systemClock } from '#platform/time/clock.ts';
import { deliverRound } from '../../../../super-conductor/definitions/deliver.ts';
import { useTestDatabase } from '../../../support/use-test-database.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { knownBy, roadOf } from './a-road.ts';
import { needsOf } from './needs.ts';

const db = useTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);

/** Counts the statements that a directory is asked, but for the beginning and end of transactions. */
function counting(directory: Directory) {
  let statements = 0;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      statements += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const counted = <T extends object>(executor: T) =>
    (executor as unknown as Kysely<DirectoryTables>).withPlugin(plugin) as unknown as T;
  const counter: Directory = {
    ...directory,
    read: counted(directory.read),
    write: counted(directory.write),
    transaction: (work) => directory.transaction((tx) => work(counted(tx))),
  };
  return { directory: counter, statements: () => statements };
}

/** A server in each cell, with a port of one group, whose members reach each other. */
async function crowd(...names: string[]) {
  const road = await roadOf(db.database, ...names);
  const { directory, cells, world } = road;
  const group = await world.group();
  await world.rule(group, group, 22);
  const network = await world.network();
  const settle = async (cellId: string): Promise<void> => {
    const server = await world.server();
    await world.homeOf(server, cellId);
    await world.port(server, [group], network);
  };
  for (const { id } of cells) {
    await beginTelling(directory, id);
    await settle(id);
  }
  await road.deliver();
  return { ...road, settle, doors: cells.map(({ cell }) => cell) };
}

const settled = { clock: systemClock, maxWaitMs: 250, tooLarge: () => undefined };

test('a round costs the directory the same with two cells and with nine', async () => {
  const cost = async (...names: string[]): Promise<number> => {
    const { directory, cells, doors, settle } = await crowd(...names);
    for (const { id } of cells) await settle(id);
    while (await announceChanges(directory));
    const counted = counting(directory);
    await Promise.all(deliverRound({ ...settled, directory: counted.directory, cells: doors }));
    for (const cell of cells) expect(knownBy(cell)).toEqual(await needsOf(directory, cell.id));
    return counted.statements();
  };
  const two = await cost('a', 'b');
  expect(two).toBeGreaterThan(3);
  expect(await cost('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')).toBe(two);
});

test('what cells forget together costs the same too', async () => {
  const cost = async (...names: string[]): Promise<number> => {
    const { directory, cells, doors, world } = await crowd(...names);
    const [first] = await directory.read.selectFrom('ports').select('id').limit(1).execute();
    await world.deletePort(first?.id ?? '');
    while (await announceChanges(directory));
    const counted = counting(directory);
    await Promise.all(deliverRound({ ...settled, directory: counted.directory, cells: doors }));
    for (const cell of cells) expect(cell.known.has(`port ${first?.id}`)).toBe(false);
    return counted.statements();
  };
  expect(await cost('a', 'b', 'c', 'd', 'e', 'f')).toBe(await cost('a', 'b'));
});

test('a cell that answers late is written down by itself, and keeps up no other', async () => {
  const { directory, cells, doors, settle } = await crowd('a', 'b', 'c');
  const [a, b] = cells;
  const late = Promise.withResolvers<void>();
  const { putDefinitions } = b.cell.door;
  Object.assign(b.cell.door, {
    putDefinitions: async (call: Parameters<typeof putDefinitions>[0]) => {
      await late.promise;
      return putDefinitions(call);
    },
  });
  await settle(a.id);
  while (await announceChanges(directory));
  const deliveries = deliverRound({ ...settled, directory, cells: doors });
  await Promise.all([deliveries[0], deliveries[2]]);
  const cellsDue = async () =>
    (await directory.read.selectFrom('definitions_due').select('cell_id').distinct().execute()).map(
      ({ cell_id }) => cell_id,
    );
  expect(await cellsDue()).toEqual([b.id]);
  late.resolve();
  await deliveries[1];
  await waitUntil('nothing to be due', async () => (await cellsDue()).length === 0);
  expect(knownBy(b)).toEqual(await needsOf(directory, b.id));
});
