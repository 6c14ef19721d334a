import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { transactionsTogether } from '#platform/database/transactions-together.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { LEDGER_MIGRATIONS, type LedgerTables } from './operations/ledger.ts';

let test: TestDatabase<LedgerTables>;
beforeAll(async () => {
  test = await createTestDatabase<LedgerTables>(LEDGER_MIGRATIONS);
});
afterAll(() => test.drop());

/** Ten at the same time; one of them fails. */
async function tenOf(worker: string, failing: number | null) {
  const together = transactionsTogether(test.database);
  const runs = new Map<number, number>();
  const connections = new Set<number>();
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, (_, at) =>
      together(async (tx) => {
        runs.set(at, (runs.get(at) ?? 0) + 1);
        await tx
          .insertInto('ledger')
          .values({ operation_id: `${worker}-${at}`, step: 's', worker })
          .execute();
        const { rows } = await sql<{ id: number }>`SELECT CONNECTION_ID() AS id`.execute(tx);
        connections.add(Number(rows[0]?.id));
        if (at === failing) throw new Error(`no ${at}`);
        return at;
      }),
    ),
  );
  const rows = await test.database.read
    .selectFrom('ledger')
    .select('operation_id')
    .where('worker', '=', worker)
    .execute();
  return { results, runs, connections, ids: rows.map(({ operation_id }) => operation_id).sort() };
}

it('are one transaction when they come at the same time, each with its own result', async () => {
  const { results, runs, connections, ids } = await tenOf('a', null);
  expect(results).toEqual(Array.from({ length: 10 }, (_, at) => ({ status: 'fulfilled', value: at })));
  expect([...runs.values()]).toEqual(Array.from({ length: 10 }, () => 1));
  expect(connections.size).toBe(1);
  expect(ids).toHaveLength(10);
});

it('fail for their own reasons only', async () => {
  const { results, runs, ids } = await tenOf('b', 3);
  expect(results.map(({ status }) => status)).toEqual(
    Array.from({ length: 10 }, (_, at) => (at === 3 ? 'rejected' : 'fulfilled')),
  );
  expect(results[3]).toMatchObject({ reason: { message: 'no 3' } });
  expect(ids).toEqual(Array.from({ length: 10 }, (_, at) => `b-${at}`).filter((id) => id !== 'b-3'));
  expect(runs.get(3)).toBe(2);
});
