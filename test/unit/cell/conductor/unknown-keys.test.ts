import { randomUUID } from 'node:crypto';
import { DummyDriver, Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler } from 'kysely';
import { expect, it } from 'vitest';
import { newSecret } from '#platform/rpc/agent-credential.ts';
import { AgentKeys } from '../../../../cell/conductor/agents/agent-keys.ts';
import type { CellDatabase } from '../../../../cell/database/cell-database.ts';
import type { CellTables } from '../../../../cell/database/tables.ts';

/** A database that has no rows, and counts what it is asked. */
function emptyDatabase() {
  const asked: string[] = [];
  const read = new Kysely<CellTables>({
    dialect: {
      createAdapter: () => new MysqlAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new MysqlIntrospector(db),
      createQueryCompiler: () => new MysqlQueryCompiler(),
    },
    log: ({ query }) => void asked.push(query.sql),
  });
  return { asked, database: { read } as unknown as CellDatabase };
}

/** Nothing wakes up before `wake` is called. */
function stoppedClock() {
  const sleeping: (() => void)[] = [];
  const clock = {
    now: () => 1_800_000_000_000,
    sleep: () => new Promise<void>((resolve) => void sleeping.push(resolve)),
  };
  const wake = (): void => {
    for (const resolve of sleeping.splice(0)) resolve();
  };
  return { clock, wake };
}

it('answers a flood of wrong keys with one statement at a time, however many agents it names', async () => {
  const { asked, database } = emptyDatabase();
  const { clock, wake } = stoppedClock();
  const keys = new AgentKeys(database, clock);
  const one = randomUUID();
  const agents = Array.from({ length: 2_000 }, (_, at) => (at % 2 === 0 ? one : randomUUID()));
  let refused = 0;
  const flood = agents.map(async (agentId) => {
    if ((await keys.accepts({ agentId, secret: newSecret() })) === null) refused += 1;
  });
  const turns = async () => {
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  };
  await turns();
  expect(asked).toHaveLength(1);
  expect(refused).toBe(500);
  for (let statements = 2; statements <= 4; statements++) {
    wake();
    await turns();
    expect(asked).toHaveLength(statements);
  }
  await Promise.all(flood);
  expect(refused).toBe(2_000);
});

it('refuses unknown keys at once when too many wait', async () => {
  const { database } = emptyDatabase();
  const { clock } = stoppedClock();
  const keys = new AgentKeys(database, clock);
  const ask = () => keys.accepts({ agentId: randomUUID(), secret: newSecret() });
  const waiting = Array.from({ length: 5_000 }, () => ask().catch(() => null));
  expect(waiting).toHaveLength(5_000);
  await expect(ask()).rejects.toThrow('Too many calls show keys');
});
