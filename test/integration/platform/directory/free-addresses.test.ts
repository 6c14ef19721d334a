import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { addFreeRanges, addressOfKey, giveBack, takeLowest } from '#platform/directory/stores/addresses.ts';
import { allocateNamed, insertAllocations } from '#platform/directory/stores/allocations.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { everything } from '../../../support/test-database.ts';
import { useTestDatabase } from '../../../support/use-test-database.ts';
import { waitUntil } from '../../../support/wait-until.ts';

const db = useTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);

type Ranges = readonly (readonly [bigint, bigint])[];
type Work<R> = (tx: DirectoryTx, subnetId: string) => Promise<R>;

const inTransaction = <R>(subnetId: string, work: Work<R>): Promise<R> =>
  db.database.transaction((tx: DirectoryTx) => work(tx, subnetId));

const allocation = (subnetId: string, last: number) => ({
  ...{ portId: randomUUID(), version: 4 as const, fixedIp: { subnetId, address: `0.0.0.${last}` } },
});
const named =
  (last: number): Work<void> =>
  (tx, subnetId) =>
    allocateNamed(tx, [allocation(subnetId, last)]);

async function aSubnet(free: Ranges, used: readonly number[] = []): Promise<string> {
  const subnetId = randomUUID();
  await inTransaction(subnetId, async (tx) => {
    const ranges = free.map(([first, last]) => ({ first, last }));
    await addFreeRanges(tx, subnetId, 4, ranges);
    await insertAllocations(
      tx,
      used.map((last) => allocation(subnetId, last)),
    );
  });
  return subnetId;
}

const freeOf = async (subnetId: string): Promise<readonly (readonly bigint[])[]> => {
  const rows = await db.database.read
    .selectFrom('free_addresses')
    .selectAll()
    .where('subnet_id', '=', subnetId)
    .orderBy('last_address')
    .execute();
  return rows.map(({ first_address, last_address }) => [addressOfKey(first_address), addressOfKey(last_address)]);
};

/** Statements of this database about addresses of the subnet that do not go on. A statement that does takes less than a millisecond. */
const waiting = async (subnetId: string): Promise<number> => {
  const { rows } = await sql<{ n: number | bigint }>`SELECT COUNT(*) AS n FROM information_schema.processlist
    WHERE db = DATABASE() AND info LIKE ${`%${subnetId}%`} AND info NOT LIKE '%processlist%' AND time_ms > 100`.execute(
    everything(db.database),
  );
  return Number(rows[0]?.n ?? 0);
};

/** Runs `begin`, then `other` in another transaction until it waits for the first one, then `end`, and commits both. */
async function whileOpen<R>(
  subnetId: string,
  {
    begin,
    end,
    other,
    after,
  }: {
    readonly begin: Work<unknown>;
    readonly end?: Work<unknown>;
    readonly other: Work<R>;
    /** What happens when the first has committed, whether `other` goes on or waits again. */
    readonly after?: () => Promise<unknown>;
  },
): Promise<R> {
  const open = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const first = inTransaction(subnetId, async (tx) => {
    await begin(tx, subnetId);
    open.resolve();
    await goOn.promise;
    await end?.(tx, subnetId);
  });
  await open.promise;
  const second = inTransaction(subnetId, other);
  await waitUntil('the other to wait', async () => (await waiting(subnetId)) > 0);
  goOn.resolve();
  await first;
  await after?.();
  return second;
}

const lockRanges: Work<unknown> = (tx, subnetId) =>
  sql`SELECT * FROM free_addresses WHERE subnet_id = ${subnetId} FOR UPDATE`.execute(tx);
const endAllocation =
  (last: number): Work<unknown> =>
  (tx, subnetId) =>
    tx
      .deleteFrom('address_allocations')
      .where('subnet_id', '=', subnetId)
      .where('address', '=', last.toString(16).padStart(8, '0'))
      .execute();

test.each<{ readonly what: string; readonly free: Ranges }>([
  { what: 'while others are free', free: [[30n, 40n]] },
  { what: 'while none is free', free: [] },
])('an address that is given back while another asks for it is not free afterwards, $what', async ({ free }) => {
  const subnetId = await aSubnet(free, [20]);
  await whileOpen(subnetId, {
    begin: endAllocation(20),
    end: (tx) => giveBack(tx, subnetId, 4, 20n),
    other: named(20),
  });
  expect(await freeOf(subnetId)).toEqual(free);
});

test('an address whose range is split while another asks for it is not free afterwards', async () => {
  const subnetId = await aSubnet([[10n, 40n]]);
  await whileOpen(subnetId, { begin: lockRanges, end: named(25), other: named(20) });
  expect(await freeOf(subnetId)).toEqual([
    [10n, 19n],
    [21n, 24n],
    [26n, 40n],
  ]);
});

test('an address whose range is split twice while another asks for it is not free afterwards', async () => {
  const subnetId = await aSubnet([[10n, 60n]]);
  const splitAgain = Promise.withResolvers<void>();
  let third: Promise<void> | undefined;
  await whileOpen(subnetId, {
    begin: lockRanges,
    end: async (tx) => {
      await named(31)(tx, subnetId);
      // It waits for the new range of 10 to 30, and has it before the other comes to it.
      third = inTransaction(subnetId, async (own) => {
        await sql`SELECT * FROM free_addresses WHERE subnet_id = ${subnetId} AND last_address = '0000001e'
          FOR UPDATE`.execute(own);
        await splitAgain.promise;
        await named(30)(own, subnetId);
      });
      await waitUntil('both to wait', async () => (await waiting(subnetId)) === 2);
    },
    other: named(20),
    after: async () => {
      await waitUntil('the other to wait for the new range', async () => (await waiting(subnetId)) === 1);
      splitAgain.resolve();
      await third;
    },
  });
  expect(await freeOf(subnetId)).toEqual([
    [10n, 19n],
    [21n, 29n],
    [32n, 60n],
  ]);
});

test('the lowest is found while another takes the highest of its range', async () => {
  const subnetId = await aSubnet([[5n, 40n]]);
  const taken = await whileOpen(subnetId, { begin: named(40), other: (tx) => takeLowest(tx, subnetId, 4, 1) });
  expect(taken).toEqual([5n]);
  expect(await freeOf(subnetId)).toEqual([[6n, 39n]]);
});
