import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { DummyDriver, Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler } from 'kysely';
import { describe, expect, it } from 'vitest';
import { credentialText, newSecret } from '#platform/rpc/agent-credential.ts';
import { AgentKeys } from '../../../../cell/conductor/agents/agent-keys.ts';
import { authenticateAgent } from '../../../../cell/conductor/agents/authenticate-agent.ts';
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

/** What joins with a token, or calls with a key. */
const aRequest = (url: string, bearer: string) =>
  ({ headers: { authorization: `Bearer ${bearer}` }, routeOptions: { url } }) as unknown as FastifyRequest;

const FLOODS = [
  ['wrong keys', '/rpc/agent/heartbeat', (agentId: string) => credentialText({ agentId, secret: newSecret() })],
  ['wrong tokens', '/rpc/agent/join', () => newSecret()],
] as const;

describe.each(FLOODS)('a flood of %s', (_name, url, bearer) => {
  it('is answered with one statement at a time, however many agents it names', async () => {
    const { asked, database } = emptyDatabase();
    const { clock, wake } = stoppedClock();
    const authenticate = authenticateAgent({ database, keys: new AgentKeys(database, clock), sharedKey: '', clock });
    const one = randomUUID();
    const agents = Array.from({ length: 2_000 }, (_, at) => (at % 2 === 0 ? one : randomUUID()));
    let refused = 0;
    const flood = agents.map(async (agentId) => {
      await expect(authenticate(aRequest(url, bearer(agentId)))).rejects.toMatchObject({ kind: 'unauthenticated' });
      refused += 1;
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

  it('is refused at once when too many wait', async () => {
    const { database } = emptyDatabase();
    const { clock } = stoppedClock();
    const authenticate = authenticateAgent({ database, keys: new AgentKeys(database, clock), sharedKey: '', clock });
    const ask = async () => authenticate(aRequest(url, bearer(randomUUID())));
    const waiting = Array.from({ length: 5_000 }, () => ask().catch(() => null));
    expect(waiting).toHaveLength(5_000);
    await expect(ask()).rejects.toThrow('Too many calls show keys');
  });
});
