import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newRow } from '#platform/operations/new-row.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/test-database.ts';
import { LEDGER_MIGRATIONS, type LedgerTables } from './ledger.ts';

const NOW = 1_000_000;
const LEASE_MS = 10_000;
const DEADLINE = { ms: 60_000, policy: 'back' } as const;

describe('claims of operations', () => {
  let test: TestDatabase<LedgerTables>;
  beforeAll(async () => {
    test = await createTestDatabase<LedgerTables>(LEDGER_MIGRATIONS);
  });
  afterAll(() => test.drop());

  const written = async (count: number): Promise<readonly string[]> => {
    const store = createSqlOperationStore(test.database);
    const rows = Array.from({ length: count }, () => {
      const id = randomUUID();
      const who = { requestId: 'req', userId: null, projectId: null };
      return newRow({ id, kind: 'book', subject: id, params: {}, ...who }, DEADLINE, NOW);
    });
    await test.database.transaction((tx: Transaction<LedgerTables>) => store.insertAll(tx, rows));
    return rows.map(({ id }) => id);
  };

  it('gives each operation to one of the workers that ask at the same moment', async () => {
    const ids = await written(150);
    const workers = ['a', 'b', 'c'].map((owner) => ({ owner, store: createSqlOperationStore(test.database) }));
    const claims = await Promise.all(
      workers.flatMap(({ owner, store }) =>
        ids.map(async (id) => ({ id, owner, row: await store.claim(id, owner, NOW, LEASE_MS) })),
      ),
    );
    const claimed = claims.filter(({ row }) => row !== null);
    expect(claimed.map(({ id }) => id).sort()).toEqual([...ids].sort());
    const store = createSqlOperationStore(test.database);
    for (const { id, owner, row } of claimed) {
      expect(row).toMatchObject({ id, leaseOwner: owner, leaseToken: 1, leaseExpiresAt: NOW + LEASE_MS });
      expect(await store.get(id)).toEqual(row);
    }
  });

  it('leaves what the same worker has already, what has ended, and what is unknown', async () => {
    const store = createSqlOperationStore(test.database);
    const [mine = '', over = '', free = ''] = await written(3);
    const row = await store.claim(mine, 'me', NOW, LEASE_MS);
    const ended = await store.claim(over, 'me', NOW, LEASE_MS);
    if (row === null || ended === null) throw new Error('they were free');
    await store.save(ended, { ...ended, state: 'done', finishedAt: NOW, leaseExpiresAt: 0 });
    const ask = (at: number) =>
      Promise.all([mine, over, randomUUID(), free].map((id) => store.claim(id, 'me', at, LEASE_MS)));
    expect((await ask(NOW)).map((one) => one?.id ?? null)).toEqual([null, null, null, free]);
    const again = await ask(NOW + LEASE_MS);
    expect(again.map((one) => one?.leaseToken ?? null)).toEqual([2, null, null, 2]);
  });

  it('a row that stays locked keeps back the others no longer than a statement waits for it', async () => {
    const store = createSqlOperationStore(test.database);
    const [locked = '', ...others] = await written(20);
    const [isLocked, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const locking = test.database.transaction(async (tx) => {
      await tx.selectFrom('operations').select('id').where('id', '=', locked).forUpdate().execute();
      isLocked.resolve();
      await released.promise;
    });
    await isLocked.promise;
    const [ofLocked, ...ofOthers] = await Promise.allSettled(
      [locked, ...others].map((id) => store.claim(id, 'me', NOW, LEASE_MS)),
    );
    expect(ofOthers.map((one) => one.status === 'fulfilled' && one.value?.id)).toEqual(others);
    expect(ofLocked?.status).toBe('rejected');
    released.resolve();
    await locking;
    expect((await store.claim(locked, 'me', NOW, LEASE_MS))?.leaseToken).toBe(1);
  }, 30_000);
});
