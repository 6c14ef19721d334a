import Fastify, { type FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { throttled } from '#platform/budgets/throttled.ts';
import { Secret } from '#platform/config/secret.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { createDoorKeySeal } from '#platform/directory/stores/door-keys.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { systemClock } from '#platform/time/clock.ts';
import { computeService } from '../../../../api/compute/service.ts';
import { Answer } from '../../../../api/http/answer.ts';
import { always } from '../../../../api/http/by-version.ts';
import { acceptIdempotencyKeys } from '../../../../api/http/idempotency/accept-keys.ts';
import { route } from '../../../../api/http/route.ts';
import { serveApi } from '../../../../api/http/serve-api.ts';
import { NOBODY } from '../../../../api/identity/caller.ts';
import { aPolicy } from '../../../support/a-policy.ts';
import { defaultRequestBudgets } from '../../../support/default-budgets.ts';
import { createTestDatabase, everything, type TestDatabase } from '../../../support/test-database.ts';
import { waitUntil } from '../../../support/wait-until.ts';

describe('Idempotency-Key', () => {
  let db: TestDatabase<DirectoryTables>;
  let app: FastifyInstance;
  let done = 0;
  let gate: Promise<void> | null = null;
  let failure: VolvoxError | null = null;
  let unreachable = false;
  let losesDirectory = false;
  let roles: readonly string[] = [];

  beforeAll(async () => {
    db = await createTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);
    const seal = createDoorKeySeal(new Secret('a signing key of some length, for tests'));
    app = Fastify() as unknown as FastifyInstance;
    app.decorateRequest('context');
    const { transaction } = db.database;
    // The directory goes away in the middle of a request, for as long as a test wants.
    const reachable: Kysely<DirectoryTables> = new Proxy(everything(db.database), {
      get: (target, name) => {
        if (unreachable) throw new VolvoxError('unavailable', 'The database does not answer.');
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    acceptIdempotencyKeys(app, {
      directory: { ...db.database, read: reachable, write: reachable, transaction },
      cells: { seal },
      clock: systemClock,
    });
    const makeThing = route({
      method: 'POST',
      path: '/',
      policy: aPolicy('things:create', (caller) => !caller.roles.includes('suspended')),
      status: 202,
      response: always({ type: 'object' }),
      summary: 'Makes a thing.',
      handle: async ({ body }) => {
        done += 1;
        await gate;
        unreachable = losesDirectory;
        if (failure !== null) throw failure;
        return new Answer(202, { secret: done, of: body }, { location: `/things/${done}` });
      },
    });
    serveApi(app, {
      service: { ...computeService, prefix: '/things', bases: [''] },
      routes: [makeThing],
      tokens: { verify: (token) => ({ ...NOBODY, userId: token, projectId: `project of ${token}`, roles }) },
      budgets: defaultRequestBudgets(),
      publicUrl: 'http://api',
    });
    await app.ready();
  });
  beforeEach(() => {
    done = 0;
    gate = null;
    failure = null;
    unreachable = false;
    losesDirectory = false;
    roles = [];
  });
  afterAll(async () => {
    await app.close();
    await db.drop();
  });

  const post = (key: string | undefined, payload: object = { a: 1 }, user = 'u') =>
    app.inject({
      method: 'POST',
      url: '/things/',
      headers: { 'x-auth-token': user, ...(key === undefined ? {} : { 'idempotency-key': key }) },
      payload,
    });

  it('gives the same answer without doing it again', async () => {
    const first = await post('k1');
    const second = await post('k1');
    expect([first.statusCode, second.statusCode]).toEqual([202, 202]);
    expect(second.json()).toEqual(first.json());
    expect(second.headers).toMatchObject({
      location: '/things/1',
      'idempotency-replayed': 'true',
      'content-type': first.headers['content-type'],
    });
    expect(done).toBe(1);
  });

  it('does not keep that too much was asked for', async () => {
    failure = throttled('Too much.', 1_000);
    const first = await post('throttled');
    expect([first.statusCode, first.headers['retry-after']]).toEqual([429, '1']);
    failure = null;
    expect((await post('throttled')).json()).toMatchObject({ secret: 2 });
  });

  it('gives an answer to nobody who has lost a role, or may no longer do it', async () => {
    roles = ['member', 'reader'];
    const first = await post('roles');
    expect(first.json()).toMatchObject({ secret: 1 });
    roles = ['reader'];
    const lost = await post('roles');
    expect([lost.statusCode, lost.body]).toEqual([403, expect.not.stringContaining('secret')]);
    roles = ['member', 'reader', 'suspended'];
    expect((await post('roles')).statusCode).toBe(403);
    roles = ['manager', 'member', 'reader'];
    expect((await post('roles')).json()).toEqual(first.json());
    expect(done).toBe(1);
  });

  it('keeps answers sealed', async () => {
    await post('sealed', { private: 'words-of-the-request' });
    const rows = await db.database.read.selectFrom('idempotency_keys').selectAll().execute();
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain('words-of-the-request');
  });

  it('does every request without a key, and keeps projects apart', async () => {
    await post(undefined);
    await post(undefined);
    await post('apart', {}, 'one');
    await post('apart', {}, 'two');
    expect(done).toBe(4);
  });

  it('refuses another request under the same key', async () => {
    await post('k2', { a: 1 });
    const other = await post('k2', { a: 2 });
    expect(other.statusCode).toBe(422);
    expect(done).toBe(1);
  });

  it('refuses the second while the first is worked on', async () => {
    let release = () => {};
    gate = new Promise((resolve) => {
      release = resolve;
    });
    const first = post('k3');
    await waitUntil('the first to begin', () => done === 1);
    const repeated = await post('k3');
    expect(repeated.statusCode).toBe(409);
    expect(repeated.headers['retry-after']).toBe('1');
    release();
    expect((await first).statusCode).toBe(202);
    expect((await post('k3')).statusCode).toBe(202);
    expect(done).toBe(1);
  });

  it('keeps refusals, and forgets failures of ours', async () => {
    failure = new VolvoxError('invalid', 'wrong');
    expect((await post('k4')).statusCode).toBe(400);
    failure = null;
    expect((await post('k4')).statusCode).toBe(400);
    expect(done).toBe(1);
    failure = new VolvoxError('unavailable', 'not now');
    expect((await post('k5')).statusCode).toBe(503);
    failure = null;
    expect((await post('k5')).statusCode).toBe(202);
    expect(done).toBe(3);
  });

  it('is settled when the directory comes back', async () => {
    losesDirectory = true;
    expect((await post('k6')).statusCode).toBe(202);
    failure = new VolvoxError('unavailable', 'not now');
    expect((await post('k7')).statusCode).toBe(503);
    [failure, unreachable, losesDirectory] = [null, false, false];
    await waitUntil('the answer to be kept', async () => (await post('k6')).headers['idempotency-replayed'] === 'true');
    await waitUntil('the key to be free', async () => (await post('k7')).statusCode === 202);
    expect(done).toBe(3);
  });

  it('refuses a malformed key', async () => {
    expect((await post('a key')).statusCode).toBe(400);
    expect((await post('x'.repeat(256))).statusCode).toBe(400);
    expect(done).toBe(0);
  });
});
