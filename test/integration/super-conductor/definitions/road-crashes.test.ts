import { expect, test } from 'vitest';
import type { Directory } from '#platform/directory/directory.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { compareNeeds } from '#platform/directory/stores/definitions/compare.ts';
import { beginTelling } from '#platform/directory/stores/definitions/told-cells.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { useTestDatabase } from '../../../support/use-test-database.ts';
import { deliverAll, knownBy, roadOf } from './a-road.ts';
import type { DefinitionCell } from './definition-cell.ts';
import { needsOf } from './needs.ts';

const db = useTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);

const isNoPort = (key: string): boolean => !key.startsWith('port ');

/** A worker that ends at its n-th point: before a transaction, before its commit, after it, before and after a call of a door. */
class DyingWorker {
  #left: number;

  constructor(points: number) {
    this.#left = points;
  }

  get isDead(): boolean {
    return this.#left <= 0;
  }
  #isLast(): boolean {
    this.#left -= 1;
    return this.#left === 0;
  }
  #live(): void {
    if (this.#isLast()) throw new Error('the worker is dead');
  }

  async deliver(directory: Directory, cells: readonly DefinitionCell[]): Promise<void> {
    const mortal: Directory = {
      ...directory,
      transaction: async (work) => {
        this.#live();
        const result = await directory.transaction(async (tx) => {
          const done = await work(tx);
          this.#live();
          return done;
        });
        this.#live();
        return result;
      },
    };
    for (const cell of cells) cell.mood = () => (this.#isLast() ? 'dead' : this.#isLast() ? 'lost' : 'well');
    try {
      await deliverAll(mortal, cells);
    } catch (error) {
      if (!this.isDead) throw error;
    } finally {
      for (const cell of cells) cell.mood = () => 'well';
    }
  }
}

test('a worker that dies at any point of the road leaves all of it to the next', async () => {
  const { directory, cells, deliver, world } = await roadOf(db.database, 'a', 'b');
  const [a, b] = cells;
  for (const { id } of cells) await beginTelling(directory, id);
  const [left, right, outside] = [await world.network(), await world.network(), await world.network()];
  const [near, far] = [await world.server(), await world.server()];
  await world.homeOf(near, a.id);
  await world.homeOf(far, b.id);
  const group = await world.group();
  await world.port(near, [group], left);
  await world.port(far, [group], right);
  let router = await world.router();
  let joined: readonly string[] = [];
  /** Each turns round what the one before it has done. */
  const changes: readonly (() => Promise<unknown>)[] = [
    async () => {
      joined = [await world.join(router, left), await world.join(router, right)];
      await world.leadOutside(router, outside);
    },
    async () => {
      await world.changeNetwork(right, 1_000 + joined.length);
      await world.rule(
        group,
        group,
        1_000 + (await directory.read.selectFrom('security_group_rules').select('id').execute()).length,
      );
      await world.move(near, b.id);
    },
    async () => {
      await world.part(joined[0] ?? '');
      await world.move(near, a.id);
    },
    async () => {
      await world.deleteRouter(router);
      router = await world.router();
    },
  ];
  let deaths = 0;
  for (let points = 1; ; points++) {
    let isOver = true;
    for (const [at, change] of changes.entries()) {
      await change();
      const worker = new DyingWorker(points);
      await worker.deliver(directory, cells);
      if (worker.isDead) {
        deaths += 1;
        isOver = false;
        await deliver();
      }
      const when = `change ${at}, a worker that dies at point ${points}`;
      for (const cell of cells) {
        const needed = await needsOf(directory, cell.id);
        expect(knownBy(cell).filter(isNoPort), when).toEqual(needed.filter(isNoPort));
        expect(knownBy(cell), when).toEqual(expect.arrayContaining([...needed]));
        // A member of a group that the cell needs no longer goes when the cell is compared.
        await compareNeeds(directory, cell.id);
      }
      await deliver();
      for (const cell of cells) expect(knownBy(cell), when).toEqual(await needsOf(directory, cell.id));
      expect(await directory.read.selectFrom('definitions_due').selectAll().execute()).toEqual([]);
    }
    if (isOver) break;
  }
  expect(deaths).toBeGreaterThan(30);
});
