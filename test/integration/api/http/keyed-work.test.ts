import { Readable } from 'node:stream';
import Fastify, { type FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '#platform/config/secret.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { createAggregate } from '#platform/directory/stores/aggregates.ts';
import { createDoorKeySeal } from '#platform/directory/stores/door-keys.ts';
import { ALIVE_MS } from '#platform/directory/stores/idempotency-keys.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { newRequestId } from '#platform/logging/request-id.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import { computeService } from '../../../../api/compute/service.ts';
import { Answer } from '../../../../api/http/answer.ts';
import { always } from '../../../../api/http/by-version.ts';
import { acceptIdempotencyKeys } from '../../../../api/http/idempotency/accept-keys.ts';
import { tiedDirectory } from '../../../../api/http/idempotency/tied-directory.ts';
import { type ApiRequest, type Method, route } from '../../../../api/http/route.ts';
import { serveApi } from '../../../../api/http/serve-api.ts';
import { NOBODY } from '../../../../api/identity/caller.ts';
import { aPolicy } from '../../../support/a-policy.ts';
import { defaultRequestBudgets } from '../../../support/default-budgets.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/test-database.ts';
import { waitUntil } from '../../../support/wait-until.ts';

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const satisfies readonly Method[];

describe('work under an Idempotency-Key', () => {
  let db: TestDatabase<DirectoryTables>;
  let offsetMs = 0;
  const clock: Clock = { ...systemClock, now: () => Date.now() + offsetMs };
  /** What a process is told to do after it has committed its work. */
  type After = (answer: Answer) => Promise<Answer>;
  interface Rest {
    readonly directory?: Directory;
    readonly max?: number;
    /** Where keys are kept. */
    readonly keys?: Directory;
    readonly handlerTimeout?: number;
    readonly countKeyed?: (outcome: string) => void;
  }
  const apps: FastifyInstance[] = [];

  beforeAll(async () => {
    db = await createTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);
  });
  beforeEach(async () => {
    offsetMs = 0;
    await db.database.write.deleteFrom('aggregates').execute();
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await db.drop();
  });

  /** One api process. Each request makes one aggregate in a transaction. */
  async function aProcess(after: After = async (answer) => answer, rest: Rest = {}) {
    const app = Fastify({
      genReqId: newRequestId,
      ...(rest.handlerTimeout === undefined ? {} : { handlerTimeout: rest.handlerTimeout }),
    }) as unknown as FastifyInstance;
    apps.push(app);
    app.decorateRequest('context');
    const directory = rest.directory ?? db.database;
    const seal = createDoorKeySeal(new Secret('a signing key of some length, for tests'));
    acceptIdempotencyKeys(app, {
      directory: rest.keys ?? db.database,
      cells: { seal },
      clock,
      config: { maxIdempotencyKeys: rest.max ?? 1_000 },
      ...(rest.countKeyed === undefined ? {} : { countKeyed: rest.countKeyed }),
    });
    const tied = tiedDirectory(directory);
    const handle = async ({ caller, requestId, body }: ApiRequest) => {
      const uuid = requestId.slice(4);
      await tied.transaction((tx) =>
        createAggregate(tx, { uuid, name: `${caller.userId} ${uuid}`, zone: null }, '2026-05-01T12:00:00.000000Z'),
      );
      return after(new Answer(201, { made: uuid, of: body }, { location: `/things/${uuid}`, 'x-made': uuid }));
    };
    const common = {
      path: '/',
      policy: aPolicy('things', () => true),
      response: always({ type: 'object' }),
      status: 201,
      summary: 'Makes a thing.',
      handle,
    } as const;
    const routes = [
      ...METHODS.map((method) => route({ ...common, method })),
      route({ ...common, method: 'POST', path: '/late', timeoutMs: 50 }),
      route({ ...common, method: 'POST', path: '/found', findsEarlierWork: true }),
      route({ ...common, method: 'PUT', path: '/bytes', streams: true }),
    ];
    serveApi(app, {
      service: { ...computeService, prefix: '/things', bases: [''], scope: 'any' },
      routes,
      tokens: {
        verify: (token) => ({ ...NOBODY, userId: token, projectId: token === 'unscoped' ? '' : 'project', roles: [] }),
      },
      budgets: defaultRequestBudgets(),
      publicUrl: 'http://api',
    });
    await app.ready();
    return {
      app,
      send: async (key: string, { method = 'POST', path = '/', user = 'u', body = { a: 1 } as object } = {}) => {
        const headers = { 'x-auth-token': user, 'idempotency-key': key };
        const payload = method === 'DELETE' ? {} : { payload: body };
        const answer = await app.inject({ method: method as 'POST', url: `/things${path}`, headers, ...payload });
        const text = answer.body;
        return {
          status: answer.statusCode,
          headers: answer.headers,
          body: text === '' ? null : JSON.parse(text),
          replayed: answer.headers['idempotency-replayed'] === 'true',
        };
      },
    };
  }
  const made = async () => (await db.database.read.selectFrom('aggregates').select('name').execute()).length;
  /** A process that dies at a place never goes on from there. */
  const death = new Promise<never>(() => undefined);
  const messageOf = (body: unknown) => JSON.stringify(body);

  it.each(METHODS)('is done once for %s, and the answer given again with its headers', async (method) => {
    const { send } = await aProcess();
    const first = await send(`once-${method}`, { method });
    const again = await send(`once-${method}`, { method });
    expect([first.status, first.replayed, again.status, again.replayed]).toEqual([201, false, 201, true]);
    expect(again.body).toEqual(first.body);
    expect([again.headers.location, again.headers['x-made']]).toEqual([
      first.headers.location,
      first.headers['x-made'],
    ]);
    expect(await made()).toBe(1);
  });

  it('is done once by two processes that get the same request at the same moment', async () => {
    const processes = [await aProcess(), await aProcess()];
    const answers = await Promise.all([...processes, ...processes].map(({ send }) => send('race')));
    const [one, ...others] = answers.filter(({ status }) => status === 201);
    expect(others.every(({ body }) => body.made === one?.body.made)).toBe(true);
    expect(answers.filter(({ status }) => status !== 201).every(({ status }) => status === 409)).toBe(true);
    expect(await made()).toBe(1);
  });

  it('has its answer kept before the client gets it', async () => {
    const { send } = await aProcess();
    await send('kept-first');
    const row = db.database.read.selectFrom('idempotency_keys').select('status').orderBy('created_at', 'desc');
    expect(await row.executeTakeFirst()).toEqual({ status: 201 });
    const slow = await aProcess(undefined, { keys: lateWrites() });
    await slow.send('kept-late');
    expect((await slow.send('kept-late')).replayed).toBe(true);
  });

  it('is counted by what became of it', async () => {
    const counted: string[] = [];
    const { send } = await aProcess(undefined, { countKeyed: (outcome) => counted.push(outcome) });
    await send('counted');
    await send('counted');
    await send('counted', { body: { a: 2 } });
    expect(counted).toEqual(['begun', 'answered', 'other-request']);
  });

  it('is that of its user: another user with the same key does its own', async () => {
    const { send } = await aProcess();
    const [first, other] = [await send('users'), await send('users', { user: 'other' })];
    expect([other.status, other.replayed]).toEqual([201, false]);
    expect(other.body.made).not.toBe(first.body.made);
  });

  it('has a key without a project too', async () => {
    const { send } = await aProcess();
    await send('unscoped', { user: 'unscoped' });
    expect((await send('unscoped', { user: 'unscoped' })).replayed).toBe(true);
    expect(await made()).toBe(1);
  });

  it('refuses another request by the names of both', async () => {
    const { send } = await aProcess();
    await send('both');
    const other = await send('both', { method: 'PUT', path: '/?x=1', body: { a: 2 } });
    expect(other.status).toBe(422);
    expect(messageOf(other.body)).toMatch(/POST \/things\/ \(req-.*this one is PUT \/things\/.*method, query, body/);
    expect(messageOf((await send('both', { body: { a: 2 } })).body)).toContain('They differ in: body.');
    expect(await made()).toBe(1);
  });

  it('keeps its key after 504 until it has ended, and its answer is found then', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { send } = await aProcess(async (answer) => gate.then(() => answer));
    const late = await send('late', { path: '/late' });
    expect(late.status).toBe(504);
    const meanwhile = await send('late', { path: '/late' });
    expect([meanwhile.status, meanwhile.headers['retry-after']]).toEqual([409, '1']);
    release();
    await waitUntil('the answer to be kept', async () => (await send('late', { path: '/late' })).status === 201);
    const again = await send('late', { path: '/late' });
    expect([again.replayed, again.headers.location]).toEqual([true, `/things/${again.body.made}`]);
    expect(again.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(await made()).toBe(1);
  });

  it('frees its key after 504 when it fails in the end', async () => {
    let fail = () => {};
    const gate = new Promise<never>((_resolve, reject) => {
      fail = () => reject(new VolvoxError('unavailable', 'not now'));
    });
    let isFirst = true;
    const { send } = await aProcess(async (answer) => {
      if (!isFirst) return answer;
      isFirst = false;
      return gate;
    });
    expect((await send('late-failure', { path: '/late' })).status).toBe(504);
    expect((await send('late-failure', { path: '/late' })).status).toBe(409);
    fail();
    await waitUntil('the key to be free', async () => (await send('late-failure', { path: '/late' })).status === 201);
  });

  it('keeps its answer for a client that has gone meanwhile', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { app, send } = await aProcess(async (answer) => gate.then(() => answer));
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const leaving = new AbortController();
    const headers = { 'x-auth-token': 'u', 'idempotency-key': 'gone', 'content-type': 'application/json' };
    const body = JSON.stringify({ a: 1 });
    const gone = fetch(`${url}/things/`, { method: 'POST', headers, body, signal: leaving.signal });
    await waitUntil('the work to be done', async () => (await made()) === 1);
    leaving.abort();
    await expect(gone).rejects.toThrow();
    release();
    await waitUntil('the answer to be kept', async () => (await send('gone')).replayed);
    expect(await made()).toBe(1);
  });

  /** Each single write takes its time. */
  const lateWrites = (): Directory => ({
    ...db.database,
    write: new Proxy(db.database.write, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (name !== 'updateTable') return typeof value === 'function' ? value.bind(target) : value;
        return (table: 'idempotency_keys') =>
          target.updateTable(table).set({ roles: sql<string>`IF(SLEEP(0.2) = 0, roles, roles)` });
      },
    }),
  });

  /** Keys are taken when the test says so. */
  const slowKeys = () => {
    const { transaction } = db.database;
    const gate = Promise.withResolvers<void>();
    const taking = { count: 0 };
    const keys: Directory = {
      ...db.database,
      transaction: async (work) => {
        taking.count += 1;
        await gate.promise;
        return transaction(work);
      },
    };
    return { keys, taking, release: gate.resolve };
  };

  it('is done for a client that has gone while the key was taken, and the answer kept', async () => {
    const { keys, taking, release } = slowKeys();
    const { app, send } = await aProcess(undefined, { keys });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const leaving = new AbortController();
    const headers = { 'x-auth-token': 'u', 'idempotency-key': 'left-early', 'content-type': 'application/json' };
    const body = JSON.stringify({ a: 1 });
    const gone = fetch(`${url}/things/`, { method: 'POST', headers, body, signal: leaving.signal });
    await waitUntil('the key to be asked for', () => taking.count === 1);
    leaving.abort();
    await expect(gone).rejects.toThrow();
    await waitUntil('the connection to be closed', async () => {
      const { promise, resolve } = Promise.withResolvers<number>();
      app.server.getConnections((_error, count) => resolve(count));
      return (await promise) === 0;
    });
    release();
    await waitUntil('the answer to be kept', async () => (await send('left-early')).replayed);
    expect(await made()).toBe(1);
  });

  it('frees the key of a request whose time was over before the key was taken', async () => {
    const { keys, taking, release } = slowKeys();
    const { send } = await aProcess(undefined, { keys, handlerTimeout: 50 });
    expect((await send('over')).status).toBeGreaterThanOrEqual(500);
    release();
    await waitUntil('the key to be taken and freed', async () => (await send('over')).status === 201);
    expect(taking.count).toBeGreaterThan(1);
    expect(await made()).toBe(1);
  });

  it('is not done again when its process died between work and answer', async () => {
    const dying = await aProcess(() => death);
    const next = await aProcess();
    void dying.send('died');
    await waitUntil('the work to be done', async () => (await made()) === 1);
    expect((await next.send('died')).status).toBe(409);
    offsetMs = 2 * ALIVE_MS;
    const lost = await next.send('died');
    expect([lost.status, messageOf(lost.body)]).toEqual([409, expect.stringContaining('its answer was not kept')]);
    expect(lost.headers['retry-after']).toBeUndefined();
    expect(await made()).toBe(1);
  });

  it('runs again after such a death where that changes nothing', async () => {
    const dying = await aProcess(() => death);
    const next = await aProcess();
    for (const [key, options] of [
      ['died-put', { method: 'PUT' }],
      ['died-found', { path: '/found' }],
    ] as const) {
      offsetMs = 0;
      const before = await made();
      void dying.send(key, options);
      await waitUntil('the work to be done', async () => (await made()) === before + 1);
      offsetMs = 2 * ALIVE_MS;
      expect((await next.send(key, options)).status).toBe(201);
    }
  });

  it('runs again when its process died before the work was committed', async () => {
    const { transaction } = db.database;
    let reached = false;
    const dying = await aProcess(undefined, {
      directory: {
        ...db.database,
        transaction: async () => {
          reached = true;
          return death;
        },
      },
    });
    void dying.send('early');
    await waitUntil('the work to begin', () => reached);
    offsetMs = 2 * ALIVE_MS;
    const next = await aProcess(undefined, { directory: { ...db.database, transaction } });
    expect((await next.send('early')).status).toBe(201);
    expect(await made()).toBe(1);
  });

  it('of a process that stood still is not committed after another one took over', async () => {
    let release = () => {};
    let reached = false;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { transaction } = db.database;
    const still: Directory = {
      ...db.database,
      transaction: async (work) => {
        reached = true;
        await gate;
        return transaction(work);
      },
    };
    const stalled = await aProcess(undefined, { directory: still });
    const late = stalled.send('stalled');
    await waitUntil('the work to begin', () => reached);
    offsetMs = 2 * ALIVE_MS;
    const next = await aProcess();
    const done = await next.send('stalled');
    expect(done.status).toBe(201);
    release();
    expect((await late).status).toBe(409);
    expect((await next.send('stalled')).body).toEqual(done.body);
    expect(await made()).toBe(1);
  });

  it('is not done again when only the answer to its commit was lost', async () => {
    const { transaction } = db.database;
    const losing: Directory = {
      ...db.database,
      transaction: async (work) => {
        await transaction(work);
        throw new VolvoxError('unavailable', 'The database does not answer.');
      },
    };
    const { send } = await aProcess(undefined, { directory: losing });
    expect((await send('commit')).status).toBe(503);
    const again = await send('commit');
    expect([again.status, messageOf(again.body)]).toEqual([409, expect.stringContaining('its answer was not kept')]);
    expect(await made()).toBe(1);
  });

  it('is answered in words when another signing key has sealed the answer', async () => {
    const { send } = await aProcess();
    await send('rotated');
    await db.database.write.updateTable('idempotency_keys').set({ body: '1:AAAA' }).execute();
    expect((await send('rotated')).status).toBe(409);
  });

  it('is refused for an upload, whose bytes are not compared', async () => {
    const { app } = await aProcess();
    const answer = await app.inject({
      method: 'PUT',
      url: '/things/bytes',
      headers: { 'x-auth-token': 'u', 'idempotency-key': 'k', 'content-type': 'application/octet-stream' },
      payload: Readable.from(['bytes']),
    });
    expect([answer.statusCode, answer.body]).toEqual([400, expect.stringContaining('An upload takes no')]);
  });

  it('is bounded in number for a project', async () => {
    const kept = await db.database.read.selectFrom('idempotency_keys').select('request_id').execute();
    const { send } = await aProcess(undefined, { max: kept.length + 2 });
    const statuses = [];
    for (const key of ['n1', 'n2', 'n3', 'n4', 'n5']) statuses.push((await send(key)).status);
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.slice(0, 2)).toEqual([201, 201]);
  });

  it('leaves no text of the answer and no key in the directory', async () => {
    const { send } = await aProcess();
    await send('a-key-of-a-client', { body: { password: 'words-of-the-request' } });
    const rows = JSON.stringify(await db.database.read.selectFrom('idempotency_keys').selectAll().execute());
    expect(rows).not.toMatch(/a-key-of-a-client|words-of-the-request/);
  });
});
