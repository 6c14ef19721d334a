import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allEnded } from '#platform/lifecycle/all-ended.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { defineOperation, done, type Step, wait } from '#platform/operations/definition.ts';
import { OperationEngine } from '#platform/operations/engine.ts';
import { resolveOperation } from '#platform/operations/resolve.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/test-database.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { LEDGER_MIGRATIONS, type LedgerTables } from './ledger.ts';

type LedgerTx = Transaction<LedgerTables>;

const STEPS = ['one', 'two', 'three'];

const entry = (step: string): Step<object, null, LedgerTx> => ({
  name: step,
  do: (context) =>
    context.inTransaction(async (tx) => {
      await tx.insertInto('ledger').values({ operation_id: context.operationId, step, worker: 'w' }).execute();
    }),
  undo: (context) =>
    context.inTransaction(async (tx) => {
      await tx.deleteFrom('ledger').where('operation_id', '=', context.operationId).where('step', '=', step).execute();
    }),
});

const book = defineOperation<ReturnType<typeof Type.Object>, null, LedgerTx>({
  kind: 'book',
  params: Type.Object({}),
  deadline: { ms: 60_000, policy: 'back' },
  steps: STEPS.map(entry),
});
const late = defineOperation<ReturnType<typeof Type.Object>, null, LedgerTx>({
  kind: 'late',
  params: Type.Object({}),
  deadline: { ms: 10, policy: 'forward' },
  steps: [
    { name: 'ask', do: async ({ now, deadlineAt }) => (now < deadlineAt ? done() : wait(5)), undo: async () => done() },
  ],
});

describe('resolving operations in SQL', () => {
  let test: TestDatabase<LedgerTables>;
  const engines: OperationEngine<null, LedgerTx>[] = [];
  const anEngine = () => {
    const engine = new OperationEngine<null, LedgerTx>({
      store: createSqlOperationStore(test.database),
      definitions: [book, late],
      deps: null,
      log: silentLogger,
      workerId: randomUUID(),
      reapEveryMs: 20,
    });
    engines.push(engine);
    return engine;
  };
  const begin = async (engine: OperationEngine<null, LedgerTx>, kind: string): Promise<string> => {
    const id = randomUUID();
    const rest = { subject: 's', params: {}, requestId: 'req', userId: null, projectId: null };
    await test.database.transaction((tx) => engine.begin(tx, { id, kind, ...rest }));
    return id;
  };
  const ended = (id: string) =>
    waitUntil('the end', async () => {
      const row = await createSqlOperationStore(test.database).get(id);
      return row?.finishedAt == null ? null : row;
    });

  beforeAll(async () => {
    test = await createTestDatabase<LedgerTables>(LEDGER_MIGRATIONS, 20);
  });
  afterAll(async () => {
    await allEnded(engines.map((engine) => engine.stop()));
    await test.drop();
  });

  it('back races with the workers, and is either kept in full or refused', async () => {
    const [first, second] = [anEngine(), anEngine()];
    await Promise.all([first.start(), second.start()]);
    const store = createSqlOperationStore(test.database);
    const words = { kept: 0, refused: 0 };
    for (let i = 0; i < 60; i++) {
      const id = await begin(first, 'book');
      first.wake(id);
      // Later and later in the operation's life: from before its first step until after its end.
      if (i % 5 > 0)
        await waitUntil('a step', async () => ((await store.get(id))?.stepIndex ?? 0) >= (i % 5) - 1, 20_000, 1);
      const kept = await (i % 2 === 0
        ? first.resolve({ id, direction: 'back', by: 'ann' })
        : resolveOperation(store, { id, direction: 'back', by: 'ann' }, Date.now())
      ).then(
        () => true,
        () => false,
      );
      words[kept ? 'kept' : 'refused'] += 1;
      const row = await ended(id);
      const lines = await test.database.read.selectFrom('ledger').where('operation_id', '=', id).selectAll().execute();
      expect([row.state, lines.map((line) => line.step)], `${i}`).toEqual(kept ? ['undone', []] : ['done', STEPS]);
    }
    expect(words.kept).toBeGreaterThan(5);
    expect(words.refused).toBeGreaterThan(5);
  });

  it('counts and lists what is late, and forward gives it its time anew', async () => {
    const engine = anEngine();
    const store = createSqlOperationStore(test.database);
    const id = await begin(engine, 'late');
    await test.database.write
      .updateTable('operations')
      .set({ created_at: 0, deadline_at: 10 })
      .where('id', '=', id)
      .execute();
    engine.wake(id);
    await waitUntil('it to be stranded', async () => (await store.get(id))?.state === 'stranded');
    expect(await store.countOverdue(Date.now())).toEqual([{ kind: 'late', state: 'stranded', count: 1 }]);
    expect((await store.list({ overdueAt: Date.now(), limit: 10 })).map((row) => row.id)).toEqual([id]);
    const before = Date.now();
    const told = await engine.resolve({ id, direction: 'forward', by: 'ann' });
    expect(told.state).toBe('running');
    expect(told.deadlineAt).toBeGreaterThanOrEqual(before + 10);
    await engine.resolve({ id, direction: 'back', by: 'ann' }).catch(() => undefined);
    expect(['done', 'undone']).toContain((await ended(id)).state);
    expect(await store.countOverdue(Date.now())).toEqual([]);
  });
});
