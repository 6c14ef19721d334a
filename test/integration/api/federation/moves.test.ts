import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '#platform/config/secret.ts';
import type { MoveEstimate, MoveInStatus } from '#platform/contracts/door-moves.ts';
import type { Decision, SchedulingRequest } from '#platform/contracts/scheduler.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { createDoorKeySeal } from '#platform/directory/stores/door-keys.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import { closeMove, handOverHome, reserveTarget } from '#platform/directory/stores/homes/moving.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { type ErrorKind, VolvoxError } from '#platform/errors/volvox-error.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import type { Host } from '#platform/objects/host.ts';
import type { OperationStep } from '#platform/objects/operation.ts';
import { systemClock } from '#platform/time/clock.ts';
import { serveApis } from '../../../../api/apis.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { unauthenticated } from '../../../../api/http/authenticate.ts';
import { acceptIdempotencyKeys } from '../../../../api/http/idempotency/accept-keys.ts';
import { NOBODY } from '../../../../api/identity/caller.ts';
import { aBuild } from '../../../support/a-build.ts';
import { defaultBudgets } from '../../../support/default-budgets.ts';
import { setHome } from '../../../support/set-home.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/test-database.ts';
import { anInstance } from '../../../unit/api/compute/servers/an-instance.ts';
import { aHost } from '../../../unit/scheduler/builders.ts';

const MIB = 2 ** 20;
const BEGAN = Date.parse('2026-11-22T10:00:00Z');

/** A cell behind the door's contract, as far as a move is planned and looked at through it. */
class StubCell {
  readonly id = randomUUID();
  readonly name: string;
  readonly url = '';
  readonly hosts: readonly Host[];
  enabled = true;
  fails: ErrorKind | null = null;
  status: MoveInStatus = { reached: 'none', message: null, hostId: null, hostName: null, progress: 0 };
  estimate: Partial<MoveEstimate> = {};

  constructor(name: string, hosts: readonly string[]) {
    this.name = name;
    this.hosts = hosts.map((host) => aHost({ name: host, node: `${host}.node`, id: randomUUID() }));
  }

  readonly door = {
    listHosts: async () => this.#answer({ hosts: this.hosts }),
    moveInStatus: async () => this.#answer(this.status),
    estimateMove: async ({ uuid }: { uuid: string }) =>
      this.#answer({
        instance: anInstance({
          uuid,
          projectId: 'project',
          name: 'web',
          host: 'east-1',
          node: 'east-1.node',
          zone: 'nova',
        }),
        refusal: null,
        disks: [{ name: 'root', virtualBytes: 1024 * MIB, bytes: 100 * MIB }],
        ...this.estimate,
      }),
  };

  #answer<A>(answer: A): A {
    if (this.fails !== null) throw new VolvoxError(this.fails, `${this.name}: ${this.fails}`);
    return answer;
  }
}

describe('moves', () => {
  let db: TestDatabase<DirectoryTables>;
  let app: FastifyInstance;
  let east: StubCell;
  let west: StubCell;
  let uuid = '';
  let now = BEGAN;
  let woken: string[] = [];
  let asked: SchedulingRequest | undefined;
  let decision: Partial<Decision> = {};

  beforeAll(async () => {
    db = await createTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);
    const cells = {
      all: () => [east, west],
      find: (id: string) => [east, west].find((cell) => cell.id === id),
      of: (id: string) => [east, west].find((cell) => cell.id === id),
      seal: createDoorKeySeal(new Secret('a signing key of some length, for tests')),
    };
    const tokens = {
      verify: (token: string) => {
        if (token !== 'admin' && token !== 'member') throw unauthenticated();
        return { ...NOBODY, userId: token, projectId: 'p', isAdmin: token === 'admin' };
      },
    };
    const scheduler = {
      schedule: async ({ requests: [request] }: { requests: SchedulingRequest[] }) => {
        asked = request;
        const candidates = west.hosts.map((host) => ({
          cellId: west.id,
          cellName: west.name,
          hostId: host.id,
          hostName: host.name,
          zone: 'west-zone',
        }));
        const seen = { instanceUuid: uuid, candidates, refusals: [], hostsConsidered: 2, silentCells: [] };
        return { decisions: [{ ...seen, ...decision }] };
      },
    };
    const deps = {
      directory: db.database,
      cells,
      tokens,
      scheduler,
      clock: { ...systemClock, now: () => now },
      waker: { wake: async (_queue: string, ids: string[]) => void woken.push(...ids) },
      log: silentLogger,
      ...defaultBudgets(db.database, systemClock),
      config: { publicUrl: 'http://api.test', checkResponses: true },
    } as unknown as ApiDeps;
    app = Fastify() as unknown as FastifyInstance;
    app.decorateRequest('context');
    acceptIdempotencyKeys(app, deps);
    serveApis(app, deps, ['federation']);
    await app.ready();
  });
  afterAll(async () => {
    await app.close();
    await db.drop();
  });
  beforeEach(async () => {
    for (const table of ['instance_homes', 'operations', 'idempotency_keys'] as const) {
      await db.database.write.deleteFrom(table).execute();
    }
    east = new StubCell('east', ['east-1']);
    west = new StubCell('west', ['west-1', 'west-2']);
    woken = [];
    decision = {};
    now = BEGAN;
    uuid = await aServer();
  });

  const aServer = async (): Promise<string> => {
    const build = aBuild({ name: 'web' });
    await db.database.transaction(async (tx) => {
      await acceptBuilds(tx, [build], now);
      await tx.deleteFrom('operations').where('subject', '=', build.uuid).execute();
      await setHome(tx, build.uuid, { state: 'placed', cell_id: east.id, epoch: 3 }, now);
    });
    return build.uuid;
  };
  const send = async (what: string, body?: object, headers: Record<string, string> = {}) => {
    const [method, url] = what.split(' ');
    const reply = await app.inject({
      method: method as 'GET',
      url: `/federation/v1${url}`,
      headers: { 'x-auth-token': 'admin', ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
    return { status: reply.statusCode, headers: reply.headers, body: reply.json() };
  };
  const refused = async (body: object) => {
    const { status, body: answer } = await send('POST /moves', { server: uuid, cell: 'west', ...body });
    return [status, answer.error.kind, answer.error.details.field, answer.error.message];
  };
  const begin = async (): Promise<string> => (await send('POST /moves', { server: uuid, cell: 'west' })).body.move.id;
  const step = (name: string, from: number, to: number | null, rest: Partial<OperationStep> = {}): OperationStep => ({
    seq: 1,
    name,
    direction: 'do',
    attempt: 1,
    startedAt: new Date(BEGAN + from).toISOString(),
    finishedAt: to === null ? null : new Date(BEGAN + to).toISOString(),
    outcome: to === null ? null : 'done',
    message: null,
    worker: 'w',
    ...rest,
  });
  const write = async (id: string, row: { history: readonly OperationStep[]; outputs?: object; state?: 'done' }) => {
    const { history, outputs = {}, state } = row;
    const ended = state === undefined ? {} : { state, finished_at: BEGAN + 30_000 };
    await db.database.write
      .updateTable('operations')
      .set({ history: JSON.stringify(history), outputs: JSON.stringify(outputs), ...ended })
      .where('id', '=', id)
      .execute();
  };

  it('are for admins', async () => {
    for (const what of ['GET /moves', `GET /moves/${uuid}`, `POST /moves/${uuid}/abort`]) {
      expect((await send(what, undefined, { 'x-auth-token': 'member' })).status, what).toBe(403);
    }
    expect((await send('POST /moves', { server: uuid, cell: 'west' }, { 'x-auth-token': 'member' })).status).toBe(403);
  });

  it('a dry run says what would happen, and changes nothing', async () => {
    const { status, body } = await send('POST /moves', { server: uuid, cell: west.id, host: 'west-1', dryRun: true });
    expect(status).toBe(200);
    expect(body.move).toEqual({
      server: uuid,
      serverName: 'web',
      from: { cell: 'east', cellId: east.id, host: 'east-1' },
      to: { cell: 'west', cellId: west.id, host: 'west-1' },
      alternates: ['west-2'],
      fits: true,
      refusals: [],
      changes: [
        { field: 'cell', from: 'east', to: 'west' },
        { field: 'host', from: 'east-1', to: 'west-1' },
        { field: 'hypervisor', from: 'east-1.node', to: 'west-1.node' },
        { field: 'zone', from: 'nova', to: 'west-zone' },
      ],
      disks: [{ name: 'root', virtualBytes: 1024 * MIB, bytes: 100 * MIB }],
      bytes: 100 * MIB,
      seconds: 22,
      basis: 'assumed, because no recent move exists: 100 MB of disk per second, plus 20 s for the other steps',
      refusal: null,
    });
    expect(asked).toMatchObject({ onlyCellId: west.id, requestedHost: 'west-1', instanceUuid: uuid });
    expect((await getHome(db.database.read, uuid))?.moving).toBeNull();
    expect([(await send('GET /moves')).body, woken]).toEqual([{ moves: [] }, []]);
  });

  it('a dry run shows why it would be refused; without it that is the answer', async () => {
    const refusals = [{ filter: 'capacity', reason: 'not enough RAM', cellName: 'west', hosts: 2 }];
    decision = { candidates: [], refusals };
    const sentence = 'No valid host was found. 2 hosts of west considered (2: not enough RAM).';
    const { body } = await send('POST /moves', { server: uuid, cell: 'west', dryRun: true });
    expect(body.move).toMatchObject({
      fits: false,
      changes: [],
      alternates: [],
      to: { host: null },
      refusals: [{ filter: 'capacity', reason: 'not enough RAM', hosts: 2 }],
      refusal: sentence,
    });
    expect(await refused({})).toEqual([409, 'no-capacity', undefined, sentence]);

    decision = {};
    east.estimate = { refusal: "Cannot 'migrate' instance x while it is in vm_state paused" };
    const dry = await send('POST /moves', { server: uuid, cell: 'west', dryRun: true });
    expect(dry.body.move).toMatchObject({ fits: true, refusal: east.estimate.refusal });
    expect(await refused({})).toEqual([409, 'conflict', 'server', east.estimate.refusal]);
    expect((await send('GET /moves')).body).toEqual({ moves: [] });
  });

  it('names the field that is wrong', async () => {
    expect(await refused({ server: randomUUID() })).toEqual([404, 'not-found', 'server', expect.any(String)]);
    expect(await refused({ cell: 'nowhere' })).toEqual([400, 'invalid', 'cell', 'cell: cell nowhere does not exist.']);
    expect(await refused({ cell: 'east' })).toEqual([
      409,
      'conflict',
      'cell',
      expect.stringContaining('in east already'),
    ]);
    expect(await refused({ host: 'east-1' })).toEqual([400, 'invalid', 'host', 'host: west has no host east-1.']);
    for (const wrong of [{ server: 'web' }, { cell: '' }, { colour: 'red' }, { dryRun: 'yes' }]) {
      const { status, body } = await send('POST /moves', { server: uuid, cell: 'west', ...wrong });
      expect([status, body.error.message], JSON.stringify(wrong)).toEqual([
        400,
        expect.stringContaining(Object.keys(wrong)[0] ?? ''),
      ]);
    }
    west.enabled = false;
    expect(await refused({})).toEqual([409, 'conflict', 'cell', expect.stringContaining('disabled')]);
  });

  it.each([
    ['unavailable', 503, 'unavailable', 'Cell west does not answer now.'],
    ['unsupported', 409, 'conflict', 'Cell west runs a release that cannot move servers.'],
  ] as const)('a cell that is %s takes none', async (kind, status, answered, message) => {
    west.fails = kind;
    expect(await refused({})).toEqual([status, answered, undefined, message]);
  });

  it('is accepted once, whoever asks how often', async () => {
    const key = { 'idempotency-key': 'the-same' };
    const first = await send('POST /moves', { server: uuid, cell: 'west' }, key);
    const { id } = first.body.move;
    const { body: decided } = await send(`GET /servers/${uuid}/decision`);
    expect(decided.decision.chosen).toEqual({ cellName: 'west', hostName: 'west-1', alternates: ['west-2'] });
    expect(first).toMatchObject({
      status: 202,
      headers: { location: `/federation/v1/moves/${id}` },
      body: {
        move: {
          server: uuid,
          serverName: 'web',
          from: { cell: 'east', cellId: east.id },
          to: { cell: 'west', cellId: west.id, host: null },
          host: null,
          state: 'running',
          step: 'begin',
          progress: null,
          bytes: 100 * MIB,
          downtimeMs: null,
          finishedAt: null,
        },
      },
    });
    expect(woken).toEqual([id]);
    const again = await send('POST /moves', { server: uuid, cell: 'west' }, key);
    expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([202, first.body, 'true']);
    const [status, kind, field, message] = await refused({});
    expect([status, kind, field]).toEqual([409, 'conflict', 'server']);
    expect(message).toContain(id);
    const dry = await send('POST /moves', { server: uuid, cell: 'west', dryRun: true });
    expect(dry.body.move.refusal).toContain('is already being moved');
    expect((await getHome(db.database.read, uuid))?.moving?.operationId).toBe(id);
  });

  it('shows how far it is while disks are copied, and what it took afterwards', async () => {
    const id = await begin();
    const history = [
      step('begin', 0, 100),
      step('place', 100, 200),
      step('prepare', 200, 300),
      step('stop', 300, 2_300),
    ];
    await write(id, { history: [...history, step('copy', 2_300, null)], outputs: { place: { before: 'active' } } });
    west.status = { reached: 'prepare', message: null, hostId: null, hostName: 'west-2', progress: 25 };
    now = BEGAN + 4_800;
    expect((await send(`GET /moves/${id}`)).body.move).toMatchObject({
      step: 'copy',
      progress: 25,
      bytesPerSecond: 10 * MIB,
      downtimeMs: null,
      to: { host: 'west-2' },
    });
    expect((await send('GET /moves')).body.moves).toMatchObject([{ id, step: 'copy', progress: null }]);
    west.fails = 'deadline-exceeded';
    expect((await send(`GET /moves/${id}`)).body.move).toMatchObject({
      step: 'copy',
      progress: null,
      bytes: 100 * MIB,
    });

    const end = [step('copy', 2_300, 12_300), step('start', 13_000, 16_000), step('release', 16_000, 20_000)];
    await write(id, { history: [...history, ...end], outputs: { place: { before: 'active' } }, state: 'done' });
    expect((await send(`GET /moves/${id}`)).body.move).toMatchObject({
      state: 'done',
      step: null,
      progress: 100,
      bytesPerSecond: 10 * MIB,
      downtimeMs: 15_700,
      steps: expect.arrayContaining([expect.objectContaining({ name: 'release', outcome: 'done' })]),
    });
    west.fails = null;
    await db.database.transaction((tx) => closeMove(tx, uuid, id, now));
    const { body } = await send('POST /moves', { server: uuid, cell: 'west', dryRun: true });
    expect([body.move.basis, body.move.seconds]).toEqual([
      'from the latest moves (1): 10 MB of disk per second, plus 20 s for the other steps',
      30,
    ]);
    const takenBack = step('stop', 5_000, 6_300, { direction: 'undo' });
    await write(id, { history: [...history, takenBack], outputs: { place: { before: 'active' } } });
    expect((await send(`GET /moves/${id}`)).body.move.downtimeMs, 'up again in its old cell').toBe(6_000);
    await write(id, { history: [...history, ...end], outputs: { place: { before: 'stopped' } }, state: 'done' });
    expect((await send(`GET /moves/${id}`)).body.move.downtimeMs, 'it was not running').toBeNull();
  });

  it('lists by server, state and cell, the newest first', async () => {
    const first = await begin();
    const one = uuid;
    now += 1_000;
    uuid = await aServer();
    const second = await begin();
    const ids = async (query: string) =>
      (await send(`GET /moves${query}`)).body.moves.map(({ id }: { id: string }) => id);
    expect(await ids('')).toEqual([second, first]);
    expect(await ids('?limit=1')).toEqual([second]);
    expect(await ids(`?server=${one}`)).toEqual([first]);
    expect(await ids('?cell=east&state=running')).toEqual([second, first]);
    expect(await ids('?state=done')).toEqual([]);
    expect((await send('GET /moves?cell=nowhere')).status).toBe(404);
    expect((await send('GET /moves?state=wrong')).status).toBe(400);
    expect((await send(`GET /moves/${randomUUID()}`)).status).toBe(404);
  });

  it('is aborted before the hand-over, and not after it', async () => {
    const id = await begin();
    woken = [];
    expect(await send(`POST /moves/${id}/abort`)).toMatchObject({
      status: 202,
      body: { move: { id, state: 'undoing' } },
    });
    expect(woken).toEqual([id]);

    uuid = await aServer();
    const late = await begin();
    await reserveTarget(db.database, uuid, late, west.id, now);
    const from = { operationId: late, cellId: east.id, epoch: 3 };
    expect(await db.database.transaction((tx) => handOverHome(tx, uuid, from, now))).toBe(true);
    await write(late, { history: [step('hand-over', 0, 1, { pointOfNoReturn: true })] });
    const { status, body } = await send(`POST /moves/${late}/abort`);
    expect([status, body.error.kind]).toEqual([409, 'conflict']);
    expect(body.error.message).toContain('hand-over');
    await write(late, { history: [], state: 'done' });
    expect((await send(`POST /moves/${late}/abort`)).status).toBe(409);
    expect((await send(`POST /moves/${randomUUID()}/abort`)).status).toBe(404);
  });
});
