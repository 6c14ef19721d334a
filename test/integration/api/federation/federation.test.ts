import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '#platform/config/secret.ts';
import { CellDoors } from '#platform/directory/cell-doors.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { createDoorKeySeal } from '#platform/directory/stores/door-keys.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { allEnded } from '#platform/lifecycle/all-ended.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import type { OperationView } from '#platform/objects/operation.ts';
import { hashOfSecret } from '#platform/rpc/agent-credential.ts';
import { parseJoinToken } from '#platform/rpc/join-token.ts';
import { systemClock } from '#platform/time/clock.ts';
import { serveApis } from '../../../../api/apis.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { unauthenticated } from '../../../../api/http/authenticate.ts';
import { NOBODY } from '../../../../api/identity/caller.ts';
import { aBuild } from '../../../support/a-build.ts';
import { anOperation } from '../../../support/an-operation.ts';
import { defaultBudgets } from '../../../support/default-budgets.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/test-database.ts';
import { aHost } from '../../../unit/scheduler/builders.ts';
import { aDoor, type TestDoor } from './a-door.ts';

const inCell = anOperation({
  id: randomUUID(),
  kind: 'build',
  subject: randomUUID(),
  state: 'done',
  step: null,
  requestId: 'req-x',
  finishedAt: '2020-01-01T00:00:00.000Z',
});

describe('the federation API', () => {
  let db: TestDatabase<DirectoryTables>;
  let cells: CellDoors;
  let app: FastifyInstance;
  const doors: TestDoor[] = [];
  const woken: string[] = [];
  const door = async (...given: Parameters<typeof aDoor>): Promise<TestDoor> => {
    const made = await aDoor(...given);
    doors.push(made);
    return made;
  };

  beforeAll(async () => {
    db = await createTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);
    const seal = createDoorKeySeal(new Secret('a signing key of some length, for tests'));
    cells = new CellDoors({ directory: db.database, seal, log: silentLogger, refreshEveryMs: 3_600_000 });
    await cells.start();
    const roles = (token: string) => (token === 'admin' ? { isAdmin: true } : { isAdmin: false });
    const tokens = {
      verify: (token: string) => {
        if (token !== 'admin' && token !== 'member') throw unauthenticated();
        return { ...NOBODY, userId: token, projectId: 'p', ...roles(token) };
      },
    };
    app = Fastify() as unknown as FastifyInstance;
    app.decorateRequest('context');
    const waker: ApiDeps['waker'] = {
      wake: async (_queue, ids) => {
        woken.push(...ids);
      },
    };
    const config = { publicUrl: 'http://api.test', checkResponses: true };
    const deps = {
      directory: db.database,
      cells,
      clock: systemClock,
      tokens,
      waker,
      config,
      ...defaultBudgets(db.database, systemClock),
    };
    serveApis(app, deps as unknown as ApiDeps, ['federation']);
    await app.ready();
  });
  afterAll(async () => {
    await app.close();
    await cells.stop();
    await allEnded(doors.map((one) => one.stop()));
    await db.drop();
  });

  const send = async (what: string, body?: object, token = 'admin') => {
    const [method, url] = what.split(' ');
    const headers = token === '' ? {} : { 'x-auth-token': token };
    const reply = await app.inject({
      method: method as 'GET',
      url: `/federation/v1${url}`,
      headers,
      ...(body === undefined ? {} : { payload: body }),
    });
    return { status: reply.statusCode, body: reply.json() };
  };

  it('is for admins', async () => {
    expect((await send('GET /cells', undefined, '')).status).toBe(401);
    expect((await send('GET /cells', undefined, 'member')).status).toBe(403);
    expect((await send('POST /cells', { name: 'x' }, 'member')).status).toBe(403);
    expect((await send('GET ', undefined, '')).body.version.id).toBe('v1');
  });

  it('makes tokens for hosts, of which the cell gets the hash only, and ends the keys of a host', async () => {
    const asked: object[] = [];
    const keys = await door('keys', {
      addJoinToken: async (question) => {
        asked.push(question);
        return { fingerprint: question.hosts.includes('r-*') ? 'f'.repeat(43) : null };
      },
      revokeHost: async ({ host }) => ({ revoked: host === 'h-1' ? 2 : 0 }),
      rotateSigningKey: async () => ({}),
    });
    await send('POST /cells', { name: 'cell-keys', url: keys.url, key: keys.key });
    const { status, body } = await send('POST /cells/cell-keys/join-tokens', { hosts: ['h-1', 'r-*'], expiresInS: 60 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ cell: 'cell-keys', conductorUrl: keys.url, hosts: ['h-1', 'r-*'] });
    expect(Date.parse(body.expiresAt) - Date.now()).toBeLessThanOrEqual(60_000);
    const { secret, fingerprint } = parseJoinToken(body.token);
    expect(fingerprint).toBe('f'.repeat(43));
    expect(asked).toEqual([{ tokenHash: hashOfSecret(secret), hosts: ['h-1', 'r-*'], expiresAt: body.expiresAt }]);
    expect(JSON.stringify(asked)).not.toContain(secret);
    const plain = await send('POST /cells/cell-keys/join-tokens', { hosts: ['h-1', '192.0.2.7', '2001:db8::7'] });
    expect(plain.body.token, 'of a cell that issues no certificates').toMatch(/^[\w-]{43}$/);
    for (const hosts of [[], ['*'], ['a b'], ['-x']]) {
      expect((await send('POST /cells/cell-keys/join-tokens', { hosts })).status, String(hosts)).toBe(400);
    }
    expect(await send('POST /cells/cell-keys/hosts/h-1/revoke')).toEqual({
      status: 200,
      body: { cell: 'cell-keys', host: 'h-1', revoked: 2 },
    });
    expect((await send('POST /cells/nowhere/hosts/h-1/revoke')).status).toBe(404);
    expect((await send('POST /cells/cell-keys/join-tokens', { hosts: ['h-1'] }, 'member')).status).toBe(403);
    const rotated = await app.inject({
      ...{ method: 'POST', url: '/federation/v1/cells/cell-keys/rotate-key', headers: { 'x-auth-token': 'admin' } },
    });
    expect(rotated.statusCode).toBe(204);
  });

  it('adds a cell with one URL and one key, once, and its door is open at once', async () => {
    const a = await door('a');
    const cell = { name: 'cell-a', url: `${a.url}/`, key: a.key };
    const added = await send('POST /cells', cell);
    expect(added).toMatchObject({
      status: 201,
      body: {
        id: a.cellId,
        name: 'cell-a',
        url: a.url,
        enabled: true,
        health: { answers: true, hosts: 2, hostsUp: 1 },
      },
    });
    expect(JSON.stringify(added.body)).not.toContain(a.key);
    expect(cells.of(a.cellId).name).toBe('cell-a');
    expect(await send('POST /cells', cell), 'the same again').toMatchObject({ status: 200, body: { id: a.cellId } });

    const b = await door('b');
    expect(await send('POST /cells', { ...cell, url: b.url, key: b.key })).toMatchObject({
      status: 409,
      body: { error: { details: { field: 'name' } } },
    });
    expect(await send('POST /cells', { ...cell, name: 'other' })).toMatchObject({
      status: 409,
      body: { error: { details: { field: 'id' } } },
    });
  });

  it('says which field is wrong before anything is written', async () => {
    const c = await door('c');
    const wrong = async (change: object) => {
      const { status, body } = await send('POST /cells', { name: 'c', url: c.url, key: c.key, ...change });
      return [status, body.error.message.slice(0, body.error.message.indexOf(':')), body.error.details.field];
    };
    expect(await wrong({ key: 'a-key-of-32-characters-that-is-not-the-right-one' })).toEqual([400, 'key', 'key']);
    expect(await wrong({ url: 'http://127.0.0.1:1' })).toEqual([400, 'url', 'url']);
    for (const [change, field] of [
      [{ url: 'ftp://x' }, 'url'],
      [{ name: '' }, 'name'],
      [{ name: 'a b' }, 'name'],
      [{ key: 'k'.repeat(31) }, 'key'],
      [{ color: 'red' }, 'color'],
    ] as const) {
      const { status, body } = await send('POST /cells', { name: 'c', url: c.url, key: c.key, ...change });
      expect(status, JSON.stringify(body)).toBe(400);
      expect(body.error.message).toContain(field);
    }
    const short = await send('POST /cells', { name: 'c', url: c.url, key: 'k'.repeat(31) });
    expect(short.body.error.message, 'before the door is asked').toContain("Invalid input for 'key'");
    expect((await send('GET /cells/c')).status).toBe(404);
  });

  it('disables, enables and changes a cell', async () => {
    const d = await door('d');
    await send('POST /cells', { name: 'cell-d', url: d.url, key: d.key });
    expect((await send('POST /cells/cell-d/disable')).body.enabled).toBe(false);
    expect(cells.of(d.cellId).enabled).toBe(false);
    expect((await send(`POST /cells/${d.cellId}/enable`)).body.enabled).toBe(true);
    expect((await send('PATCH /cells/cell-d', { name: 'cell-e', enabled: false })).body).toMatchObject({
      name: 'cell-e',
      enabled: false,
    });
    const other = await door('other');
    expect(await send('PATCH /cells/cell-e', { url: other.url, key: other.key })).toMatchObject({
      status: 400,
      body: { error: { details: { field: 'url' } } },
    });
    let handshakes = 0;
    const outsider = createServer((_request, response) => {
      handshakes++;
      response.end();
    });
    await new Promise<void>((resolve) => outsider.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(outsider.address() as AddressInfo).port}`;
    const unseen = await send('PATCH /cells/cell-e', { url });
    outsider.close();
    expect([unseen.status, unseen.body.error.details, handshakes]).toEqual([400, { field: 'key' }, 0]);
    expect((await send('PATCH /cells/cell-e', {})).status).toBe(400);
    expect((await send('PATCH /cells/nowhere', { enabled: true })).status).toBe(404);
  });

  it('shows hosts and operations of the cells that answer, and names the others', async () => {
    const host = aHost({ name: 'seen' });
    const seen = await door('seen', {
      listHosts: async () => ({ hosts: [host] }),
      listOperations: async () => ({ operations: [inCell] }),
      getOperation: async ({ id }) => {
        if (id === inCell.id) return inCell;
        throw new VolvoxError('not-found', 'no such operation');
      },
    });
    const gone = await door('gone');
    await send('POST /cells', { name: 'seen', url: seen.url, key: seen.key });
    await send('POST /cells', { name: 'gone', url: gone.url, key: gone.key });
    await gone.stop();

    expect((await send('GET /cells/gone')).body.health).toMatchObject({ answers: false });
    expect((await send('GET /hosts?cell=seen')).body).toMatchObject({
      hosts: [{ name: 'seen', cell: 'seen', capacity: { vcpus: 64 } }],
      silentCells: [],
    });
    expect((await send('GET /hosts?cell=gone')).body).toEqual({ hosts: [], silentCells: ['gone'] });
    expect((await send('GET /hosts?cell=nowhere')).status).toBe(404);
    expect((await send('GET /hosts?color=red')).status).toBe(400);

    const build = aBuild();
    const [own] = await db.database.transaction((tx) => acceptBuilds(tx, [build], Date.now()));
    const both = (await send('GET /operations?cell=seen')).body.operations;
    expect(both).toMatchObject([{ id: inCell.id, cell: 'seen' }]);
    const global = (await send(`GET /operations?cell=global&subject=${build.uuid}`)).body.operations;
    expect(global).toMatchObject([{ id: own, kind: 'route-build', state: 'running', cell: 'global' }]);
    expect((await send(`GET /operations/${own}`)).body).toMatchObject({ cell: 'global' });
    expect((await send(`GET /operations/${inCell.id}`)).body).toMatchObject({ cell: 'seen', kind: 'build' });
    expect((await send('GET /operations?state=wrong')).status).toBe(400);
  });

  it('names the silent cells wherever their part is missing, and does not say that what they may have is nowhere', async () => {
    for (const list of ['/hosts?cell=gone', '/operations?cell=gone', '/aside?cell=gone', '/findings']) {
      const { status, body } = await send(`GET ${list}`);
      expect([status, body.silentCells], list).toEqual([200, expect.arrayContaining(['gone'])]);
    }
    for (const what of [`GET /operations/${randomUUID()}`, `DELETE /aside/gone/${randomUUID()}/1`]) {
      const { status, body } = await send(what);
      expect([status, body.error.kind], what).toEqual([503, 'unavailable']);
      expect(body.error.message, what).toMatch(/These cells do not answer: .*gone/);
    }
    const resolve = await send(`POST /operations/${randomUUID()}/resolve`, { direction: 'back' });
    expect([resolve.status, resolve.body.error.details.silentCells]).toEqual([503, expect.arrayContaining(['gone'])]);
  });

  it('answers 404 for what is no id, and for an empty one', async () => {
    for (const what of [
      ...['GET /operations/no-uuid', 'GET /operations/%C3%BC', 'GET /moves/no-uuid', 'GET /cells/%C3%BC'],
      ...['GET /cells/', 'GET /operations/', 'GET /moves/', 'DELETE /aside/gone/no-uuid/1'],
      `DELETE /aside/gone/${randomUUID()}/-1`,
    ]) {
      expect((await send(what)).status, what).toBe(404);
    }
  });

  it('refuses filters that it does not know', async () => {
    for (const list of ['/hosts', '/operations', '/aside', '/moves', '/cells', '/findings']) {
      const { status, body } = await send(`GET ${list}?colour=red`);
      expect([status, body.error.message], list).toEqual([400, expect.stringContaining("'colour'")]);
    }
    for (const wrong of ['limit=0', 'limit=1001', 'limit=x', 'overdue=perhaps']) {
      expect((await send(`GET /operations?${wrong}`)).status, wrong).toBe(400);
    }
  });

  it('takes JSON without a content type; a refusal names the path and quotes little; deep nesting is refused', async () => {
    const post = async (payload: string, headers: Record<string, string> = {}) => {
      const reply = await app.inject({
        method: 'POST',
        url: '/federation/v1/cells',
        headers: { 'x-auth-token': 'admin', ...headers },
        payload,
      });
      return { status: reply.statusCode, message: reply.json().error.message as string };
    };
    const bare = await post(JSON.stringify({ name: 'x', url: 'http://127.0.0.1:1', key: 'k'.repeat(32) }));
    expect([bare.status, bare.message]).toEqual([400, expect.stringContaining("no cell's door answers")]);
    const long = await post(JSON.stringify({ name: '😀'.repeat(3_000), url: 'http://x', key: 'k'.repeat(32) }));
    expect([long.status, long.message]).toEqual([400, expect.stringContaining("'name'")]);
    expect([...long.message].length).toBeLessThan(400);
    const json = { 'content-type': 'application/json' };
    expect((await post(`${'['.repeat(50_000)}${']'.repeat(50_000)}`, json)).status).toBe(400);
  });

  it('lets an operator resolve an operation, of the global tier or of a cell', async () => {
    const late: OperationView = { ...inCell, id: randomUUID(), state: 'stranded', overdue: true, finishedAt: null };
    const words: unknown[] = [];
    const cell = await door('resolving', {
      listOperations: async ({ overdue }) => ({ operations: overdue === true ? [late] : [late, inCell] }),
      getOperation: async ({ id }) => {
        if (id === late.id) return late;
        throw new VolvoxError('not-found', 'no such operation');
      },
      resolveOperation: async (word) => {
        words.push(word);
        return { ...late, state: 'running', overdue: false };
      },
    });
    await send('POST /cells', { name: 'resolving', url: cell.url, key: cell.key });

    const listed = (await send('GET /operations?cell=resolving&overdue=true')).body.operations;
    expect(listed).toMatchObject([{ id: late.id, overdue: true }]);
    expect(await send(`POST /operations/${late.id}/resolve`, { direction: 'forward' })).toMatchObject({
      status: 200,
      body: { id: late.id, state: 'running', cell: 'resolving' },
    });
    expect(words).toMatchObject([{ id: late.id, direction: 'forward', actor: { userId: 'admin', isAdmin: true } }]);

    const [own] = await db.database.transaction((tx) => acceptBuilds(tx, [aBuild()], Date.now()));
    expect(await send(`POST /operations/${own}/resolve`, { direction: 'back' })).toMatchObject({
      status: 200,
      body: { state: 'undoing', cell: 'global', steps: [{ outcome: 'resolved', message: 'resolved back by admin' }] },
    });
    expect(woken).toEqual([own]);
    expect(await send(`POST /operations/${own}/resolve`, { direction: 'forward' })).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining('is being undone') } },
    });
    expect((await send(`POST /operations/${own}/resolve`, { direction: 'away' })).status).toBe(400);
    expect((await send(`POST /operations/${own}/resolve`, { direction: 'back' }, 'member')).status).toBe(403);
  });
});
