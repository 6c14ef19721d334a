import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { addFreeRanges, addressOfKey, giveBack, takeExact } from '#platform/directory/stores/addresses.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { everything } from '../../../support/test-database.ts';
import { useTestDatabase } from '../../../support/use-test-database.ts';
import { waitUntil } from '../../../support/wait-until.ts';

const db = useTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);

const freeOf = async (subnetId: string): Promise<readonly (readonly bigint[])[]> => {
  const rows = await db.database.read
    .selectFrom('free_addresses')
    .selectAll()
    .where('subnet_id', '=', subnetId)
    .orderBy('last_address')
    .execute();
  return rows.map(({ first_address, last_address }) => [addressOfKey(first_address), addressOfKey(last_address)]);
};

/** Statements of this database about free addresses that do not go on. A statement that does takes less than a millisecond. */
const waiting = async (): Promise<number> => {
  const { rows } = await sql<{ n: number | bigint }>`SELECT COUNT(*) AS n FROM information_schema.processlist
    WHERE db = DATABASE() AND info LIKE '%free_addresses%' AND info NOT LIKE '%processlist%' AND time_ms > 100`.execute(
    everything(db.database),
  );
  return Number(rows[0]?.n ?? 0);
};

/** Runs `change` in one transaction, which has locked the free range of 30 to 40 before, while another takes address 20. */
async function takeWhile(
  free: readonly (readonly [bigint, bigint])[],
  change: (tx: DirectoryTx, id: string) => Promise<void>,
) {
  const subnetId = randomUUID();
  await db.database.transaction((tx: DirectoryTx) =>
    addFreeRanges(
      tx,
      subnetId,
      4,
      free.map(([first, last]) => ({ first, last })),
    ),
  );
  const locked = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const changing = db.database.transaction(async (tx: DirectoryTx) => {
    await sql`SELECT * FROM free_addresses WHERE subnet_id = ${subnetId} FOR UPDATE`.execute(tx);
    locked.resolve();
    await goOn.promise;
    await change(tx, subnetId);
  });
  await locked.promise;
  const taking = db.database.transaction((tx: DirectoryTx) => takeExact(tx, subnetId, 4, 20n));
  await waitUntil('the other to wait', async () => (await waiting()) > 0);
  goOn.resolve();
  await Promise.all([changing, taking]);
  return freeOf(subnetId);
}

test('an address that is given back while another asks for it is not free afterwards', async () => {
  const free = await takeWhile([[30n, 40n]], (tx, id) => giveBack(tx, id, 4, 20n));
  expect(free).toEqual([[30n, 40n]]);
});

test('an address whose range is split while another asks for it is not free afterwards', async () => {
  const free = await takeWhile([[10n, 40n]], (tx, id) => takeExact(tx, id, 4, 25n));
  expect(free).toEqual([
    [10n, 19n],
    [21n, 24n],
    [26n, 40n],
  ]);
});
