import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CRASH_FAULTS } from '../crash/crash-faults.ts';
import { troubles } from '../crash/crash-table.ts';
import { type CrashWorld, openCrashWorld } from '../crash/crash-world.ts';
import { runRound } from '../crash/round.ts';
import { type TableRow, tableRows } from '../crash/table-rows.ts';

/** What hurts most: everything that works at operations dies at once, and so does the database in which they are written. */
const FAULTS = ['worker', 'source-database'];

/** Of each operation, done and undone, one step in its middle, after it is done and before that is written. */
function someRows(): readonly TableRow[] {
  const after = tableRows().filter(({ at }) => at === 'after');
  const groups = Map.groupBy(after, ({ kind, direction }) => `${kind} ${direction}`);
  return [...groups.values()].flatMap((rows) => rows[Math.floor(rows.length / 2)] ?? []);
}

/** `npm run test:crash` has all of it. */
describe('the crash table, in short', () => {
  let world: CrashWorld & { close(): Promise<void> };
  beforeAll(async () => {
    world = await openCrashWorld('fake');
  }, 180_000);
  afterAll(() => world?.close(), 120_000);

  for (const fault of CRASH_FAULTS.filter(({ name }) => FAULTS.includes(name))) {
    it(`${fault.title}: every operation that was paused at a step reaches its end, and the books balance`, async () => {
      const rows = someRows();
      const round = await runRound(world, fault, rows);
      expect(round.verdicts.size).toBe(rows.length);
      expect(troubles(round)).toEqual([]);
    }, 280_000);
  }
});
