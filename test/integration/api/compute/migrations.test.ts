import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { MigrationPage, ServerMigration } from '#platform/objects/server-migration.ts';
import type { TaskState } from '#platform/states/task-state.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { anInstance } from '../../../unit/api/compute/servers/an-instance.ts';
import { beginWithServer } from './begin-with-server.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

const SERVER = '8600d31b-d1a1-4632-b2ff-45c2be1a70ff';
const OTHER = '9128d044-7b61-403e-b766-7547076ff6c1';
const ids = ['1', '2', '3', '4'].map((n) => `0000000${n}-d1a1-4632-b2ff-45c2be1a70ff`);
const at = (hour: number) => `2016-01-29T${hour}:42:02.000000Z`;

const aMigration = (n: number, rest: Partial<ServerMigration>): ServerMigration => ({
  ...{ id: ids[n - 1] ?? '', instanceUuid: SERVER, projectId: PROJECT, userId: 'fake' },
  ...{ type: 'live-migration', status: 'running', oldFlavorId: '1', newFlavorId: 'm1.tiny' },
  ...{
    sourceCompute: 'compute1',
    sourceNode: 'node1',
    destCompute: 'compute2',
    destNode: 'node2',
    destHost: '1.2.3.4',
  },
  ...{ progress: null, createdAt: at(10 + n), updatedAt: at(10 + n) },
  ...rest,
});
const PROGRESS = {
  memoryTotal: 6,
  memoryProcessed: 2,
  memoryRemaining: 4,
  diskTotal: 9,
  diskProcessed: 1,
  diskRemaining: 8,
};
const rows: Record<string, ServerMigration[]> = {
  east: [aMigration(1, { progress: PROGRESS }), aMigration(2, { status: 'error' })],
  west: [
    aMigration(3, {
      instanceUuid: OTHER,
      type: 'resize',
      status: 'finished',
      projectId: 'p2',
      userId: 'u2',
      updatedAt: null,
    }),
    aMigration(4, { instanceUuid: OTHER, type: 'migration', status: 'migrating', projectId: 'p2', userId: 'u2' }),
  ],
};
let silent: string | null = null;
let taskState: TaskState | null = null;
const acts: unknown[] = [];
let api: ComputeApp;

const matches = (one: ServerMigration, { filter, after }: MigrationPage): boolean =>
  (filter.ids?.includes(one.id) ?? true) &&
  (filter.instanceUuid ?? one.instanceUuid) === one.instanceUuid &&
  (filter.projectId ?? one.projectId) === one.projectId &&
  (filter.userId ?? one.userId) === one.userId &&
  (filter.statuses?.includes(one.status) ?? true) &&
  (filter.type ?? one.type) === one.type &&
  (filter.changesSince === undefined ||
    (one.updatedAt !== null && Date.parse(one.updatedAt) >= Date.parse(filter.changesSince))) &&
  (after === null || one.createdAt < after.createdAt);

beforeAll(async () => {
  const doors = Object.entries(rows).map(([id, migrations]) => ({
    ...{ id, name: id, url: '', enabled: true },
    door: {
      listMigrations: async (page: MigrationPage) => {
        if (silent === id) throw new VolvoxError('unavailable', 'no answer');
        const found = migrations.filter((one) => matches(one, page));
        return { migrations: found.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)).slice(0, page.limit) };
      },
      getInstance: async () => anInstance({ uuid: SERVER, projectId: PROJECT, epoch: 2, taskState }),
      act: async (request: { kind: string; params: object }) => {
        acts.push([request.kind, request.params]);
        return { operationId: SERVER };
      },
    },
  }));
  const find = (id: string) => doors.find((cell) => cell.id === id);
  api = await createComputeApp({ cells: { all: () => doors, find, of: find } as unknown as ApiDeps['cells'] });
  await beginWithServer(api.deps, aBuild({ uuid: SERVER, projectId: PROJECT }), 'east');
});
beforeEach(() => {
  silent = null;
  taskState = null;
  acts.length = 0;
  api.deps.caches.homes.delete(SERVER);
});
afterAll(() => api?.close());

const messageOf = (body: Record<string, { message: string }>) => Object.values(body)[0]?.message;
const idsOf = (body: { migrations: { id: number }[] }) => body.migrations.map(({ id }) => id);
const refusal = async (who: string, what: string, version: string, payload?: object) => {
  const { status, body } = await api.send(who, what, version, payload);
  return [status, messageOf(body)];
};

it('lists the migrations of all cells as each microversion shows them', async () => {
  const first = async (version: string) => (await api.send('admin', 'GET /os-migrations', version)).body;
  const plain = {
    ...{ id: 1, instance_uuid: SERVER, status: 'running', source_compute: 'compute1', source_node: 'node1' },
    ...{ dest_compute: 'compute2', dest_node: 'node2', dest_host: '1.2.3.4', old_instance_type_id: 1 },
    ...{ new_instance_type_id: expect.any(Number), created_at: '2016-01-29T11:42:02.000000' },
    updated_at: '2016-01-29T11:42:02.000000',
  };
  const oldest = await first('2.1');
  expect(idsOf(oldest)).toEqual([1, 2, 3, 4]);
  expect(oldest.migrations[0]).toEqual(plain);
  expect(oldest.migrations[2].updated_at).toBeNull();
  const typed = await first('2.23');
  expect(typed.migrations[0]).toMatchObject({ ...plain, migration_type: 'live-migration' });
  expect(typed.migrations[0].links.map(({ href }: { href: string }) => href)).toEqual([
    `http://volvox.test/compute/v2.1/servers/${SERVER}/migrations/1`,
    `http://volvox.test/compute/servers/${SERVER}/migrations/1`,
  ]);
  expect(typed.migrations[1].links).toBeUndefined();
  const newest = await first('2.104');
  expect(idsOf(newest)).toEqual([4, 3, 2, 1]);
  expect(newest.migrations[3]).toMatchObject({ uuid: ids[0], user_id: 'fake', project_id: PROJECT });
  expect((await first('2.59')).migrations[3].user_id).toBeUndefined();
});

it('pages since 2.59 and filters', async () => {
  const seen: number[] = [];
  for (let query = '?limit=1'; query !== ''; ) {
    const { body } = await api.send('admin', `GET /os-migrations${query}`, '2.59');
    seen.push(...idsOf(body));
    const [next] = body.migrations_links ?? [];
    query = next === undefined ? '' : new URL(next.href).search;
  }
  expect(seen).toEqual([4, 3, 2, 1]);
  const found = async (query: string, version = '2.80') =>
    idsOf((await api.send('admin', `GET /os-migrations?${query}`, version)).body);
  expect(await found('migration_type=resize', '2.1')).toEqual([3]);
  expect(await found('status=error', '2.1')).toEqual([2]);
  expect(await found(`instance_uuid=${OTHER}`)).toEqual([4, 3]);
  expect(await found('user_id=u2&project_id=p2')).toEqual([4, 3]);
  expect(await found('changes-since=2016-01-29T12:42:02')).toEqual([4, 2]);
  expect(await found('changes-since=2016-01-29T12:42:02', '2.58')).toEqual([1, 2, 3, 4]);
  expect(await found('hidden=true')).toEqual([]);
});

it('refuses what it does not know, and names it', async () => {
  const list = (query: string, version: string) => refusal('admin', `GET /os-migrations?${query}`, version);
  expect(await list(`marker=${SERVER}`, '2.59')).toEqual([
    400,
    expect.stringContaining(`Marker ${SERVER} could not be found.`),
  ]);
  expect(await list('other=1', '2.59')).toEqual([400, expect.stringContaining('other')]);
  expect(await list('user_id=u', '2.79')).toEqual([400, expect.stringContaining('user_id')]);
  expect(await list('changes-before=2016-01-29', '2.65')).toEqual([400, expect.stringContaining('changes-before')]);
  expect(await list('changes-since=now', '2.59')).toEqual([400, expect.stringContaining('changes-since')]);
  expect(await list('changes-since=2016-02-01&changes-before=2016-01-01', '2.66')).toEqual([
    ...[400, expect.stringContaining('The value of changes-since must be less than or equal to changes-before.')],
  ]);
});

it('shows a manager those of the project, without hosts', async () => {
  const { body } = await api.send('manager', 'GET /os-migrations', '2.80');
  expect(idsOf(body)).toEqual([2, 1]);
  expect(body.migrations[0]).toMatchObject({ source_compute: null, dest_compute: null, dest_host: null });
  expect((await refusal('manager', 'GET /os-migrations?project_id=p2', '2.80'))[0]).toBe(403);
  expect((await refusal('member', 'GET /os-migrations', '2.1'))[0]).toBe(403);
});

it('names the cells that do not answer', async () => {
  silent = 'west';
  const { body, headers } = await api.send('admin', 'GET /os-migrations', '2.59');
  expect([idsOf(body), headers['x-volvox-silent-cells']]).toEqual([[2, 1], 'west']);
});

it.each(['2.23', '2.104'])('shows the live migrations of a server in progress, at %s', async (version) => {
  const { body } = await api.send('admin', `GET /servers/${SERVER}/migrations`, version);
  const shown = {
    ...{ id: 1, server_uuid: SERVER, status: 'running', dest_host: '1.2.3.4', memory_total_bytes: 6 },
    ...{ memory_processed_bytes: 2, memory_remaining_bytes: 4, disk_total_bytes: 9, disk_processed_bytes: 1 },
    ...{ disk_remaining_bytes: 8, created_at: '2016-01-29T11:42:02.000000' },
  };
  expect(body).toMatchObject({ migrations: [shown] });
  expect(body.migrations[0].uuid).toBe(version === '2.23' ? undefined : ids[0]);
  const one = await api.send('admin', `GET /servers/${SERVER}/migrations/1`, version);
  expect(one.body).toMatchObject({ migration: shown });
  expect(await refusal('admin', `GET /servers/${SERVER}/migrations/2`, version)).toEqual([
    ...[404, `Live migration 2 for server ${SERVER} is not in progress.`],
  ]);
  expect(await refusal('admin', `GET /servers/${SERVER}/migrations/9`, version)).toEqual([
    ...[404, `In-progress live migration 9 is not found for server ${SERVER}.`],
  ]);
  expect((await refusal('member', `GET /servers/${SERVER}/migrations`, version))[0]).toBe(403);
});

it('ends a live migration only while there is one', async () => {
  const abort = (n: number, version = '2.24') => refusal('admin', `DELETE /servers/${SERVER}/migrations/${n}`, version);
  const force = (n: number, body: object = { force_complete: null }) =>
    refusal('admin', `POST /servers/${SERVER}/migrations/${n}/action`, '2.22', body);
  expect(await abort(1)).toEqual([
    ...[
      409,
      expect.stringContaining(`Cannot 'abort live migration' instance ${SERVER} while it is in task_state None`),
    ],
  ]);
  expect(await force(1)).toEqual([
    ...[409, expect.stringContaining(`Cannot 'force_complete' instance ${SERVER} while it is in task_state None`)],
  ]);
  taskState = 'migrating';
  expect(await abort(9)).toEqual([404, `Migration 9 not found for instance ${SERVER}`]);
  expect(await force(9)).toEqual([400, `Migration 9 not found for instance ${SERVER}`]);
  expect(await abort(2)).toEqual([400, expect.stringContaining('is error. Cannot abort live migration')]);
  expect(await force(2)).toEqual([400, expect.stringContaining('is error. Cannot force_complete')]);
  expect(await force(1, { force_complete: {} })).toEqual([400, expect.stringContaining('force_complete')]);
  expect(acts).toEqual([]);
  expect((await api.send('admin', `DELETE /servers/${SERVER}/migrations/1`, '2.24')).status).toBe(202);
  const forced = { force_complete: null };
  expect((await api.send('admin', `POST /servers/${SERVER}/migrations/1/action`, '2.104', forced)).status).toBe(202);
  expect(acts).toEqual([
    ['abortLiveMigration', { migrationId: ids[0] }],
    ['forceCompleteLiveMigration', { migrationId: ids[0] }],
  ]);
  const [running] = rows.east ?? [];
  rows.east?.splice(0, 1, aMigration(1, { status: 'queued' }));
  expect((await abort(1, '2.64'))[0]).toBe(400);
  expect((await api.send('admin', `DELETE /servers/${SERVER}/migrations/1`, '2.65')).status).toBe(202);
  if (running !== undefined) rows.east?.splice(0, 1, running);
});

it('has them from their microversions on, for who may', async () => {
  const path = `/servers/${SERVER}/migrations`;
  const forced = { force_complete: null };
  expect((await api.send('admin', `GET ${path}`, '2.22')).status).toBe(404);
  expect((await api.send('admin', `DELETE ${path}/1`, '2.23')).status).toBe(404);
  expect((await api.send('admin', `POST ${path}/1/action`, '2.21', forced)).status).toBe(404);
  expect((await api.send('member', `DELETE ${path}/1`, '2.24')).status).toBe(403);
  expect((await api.send('member', `POST ${path}/1/action`, '2.22', forced)).status).toBe(403);
  expect((await api.send('outsider', `DELETE ${path}/1`, '2.24')).status).toBe(403);
  expect((await api.send('manager', `GET /servers/${OTHER}/migrations`, '2.24')).status).toBe(404);
});
