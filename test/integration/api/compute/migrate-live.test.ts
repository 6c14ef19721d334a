import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { Host } from '#platform/objects/host.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { createCaches } from '../../../../api/caches.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { anInstance } from '../../../unit/api/compute/servers/an-instance.ts';
import { beginWithServer } from './begin-with-server.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';
import { aHost } from './stub-cells.ts';

const CELL = randomUUID();
let hosts: readonly Host[] = [];
let server: Instance;
let acted: { kind: string; params: Readonly<Record<string, unknown>> }[] = [];
let asked: SchedulingRequest[] = [];
let candidates: readonly { hostId: string }[] = [];
let api: ComputeApp;

const idOf = (name: string): string => hosts.find((host) => host.name === name)?.id ?? '';

beforeAll(async () => {
  const cell = {
    ...{ id: CELL, name: 'east', url: '', enabled: true },
    door: {
      getInstance: async () => server,
      listHosts: async () => ({ hosts }),
      act: async ({
        operationId,
        kind,
        params,
      }: {
        operationId: string;
        kind: string;
        params: Record<string, unknown>;
      }) => {
        acted.push({ kind, params });
        return { operationId };
      },
    },
  };
  api = await createComputeApp({
    caches: createCaches(),
    cells: { all: () => [cell], find: () => cell, of: () => cell } as unknown as ApiDeps['cells'],
    scheduler: {
      schedule: async ({ requests: [request] }: { requests: [SchedulingRequest] }) => {
        asked.push(request);
        return { decisions: [{ candidates, refusals: [] }] };
      },
    } as unknown as ApiDeps['scheduler'],
  });
});
beforeEach(async () => {
  hosts = ['east-1', 'east-2', 'east-3'].map((name) => aHost(name, randomUUID()));
  const build = aBuild({ projectId: PROJECT });
  server = anInstance({ ...build, host: 'east-1', node: 'east-1', launchedAt: '2026-05-01T12:00:00Z' });
  [acted, asked] = [[], []];
  candidates = [{ hostId: idOf('east-2') }, { hostId: idOf('east-3') }];
  await beginWithServer(api.deps, build, CELL);
});
afterAll(() => api.close());

const migrate = async (body: object, version: string, who = 'admin') => {
  const path = `POST /servers/${server.uuid}/action`;
  const { status, body: answer } = await api.send(who, path, version, { 'os-migrateLive': body });
  const fault: { message?: string } | undefined = answer === null ? undefined : Object.values<object>(answer)[0];
  return { status, message: fault?.message };
};
const OLD = { host: null, block_migration: true, disk_over_commit: false };

it('asks the scheduler for another host of the cell, with the body of each microversion', async () => {
  for (const [body, version] of [
    [OLD, '2.1'],
    [OLD, '2.24'],
    [{ host: null, block_migration: 'auto' }, '2.25'],
    [{ host: null, block_migration: 'auto', force: false }, '2.30'],
    [{ host: null, block_migration: 'True' }, '2.68'],
  ] as const) {
    expect((await migrate(body, version)).status, version).toBe(202);
  }
  expect(acted).toHaveLength(5);
  for (const one of acted)
    expect(one).toEqual({ kind: 'liveMigrate', params: { candidates: [idOf('east-2'), idOf('east-3')] } });
  expect(asked[0]).toMatchObject({
    onlyCellId: CELL,
    requestedHost: null,
    schedulerHints: { _different_host_names: ['east-1'] },
  });
});

it('refuses bodies of other microversions', async () => {
  for (const [body, version] of [
    [{ host: null, block_migration: true }, '2.24'],
    [{ ...OLD, block_migration: 'auto' }, '2.1'],
    [OLD, '2.25'],
    [{ host: null, block_migration: 'auto', force: true }, '2.29'],
    [{ host: null, block_migration: 'auto', force: true }, '2.30'],
    [{ host: 'east-2', block_migration: 'auto', force: true }, '2.68'],
    [{ block_migration: 'auto' }, '2.68'],
  ] as const) {
    expect((await migrate(body, version)).status, `${JSON.stringify(body)} ${version}`).toBe(400);
  }
  expect(acted).toEqual([]);
});

it('has the scheduler check a named host, but not before 2.30 nor with force up to 2.67', async () => {
  const to = { host: 'east-2', block_migration: true };
  for (const [body, version] of [
    [{ ...OLD, host: 'east-2' }, '2.1'],
    [to, '2.29'],
    [{ ...to, force: true }, '2.67'],
  ] as const)
    expect((await migrate(body, version)).status, version).toBe(202);
  expect(asked).toEqual([]);
  expect(acted.map(({ params }) => params.candidates)).toEqual([[idOf('east-2')], [idOf('east-2')], [idOf('east-2')]]);
  for (const version of ['2.30', '2.68']) expect((await migrate(to, version)).status, version).toBe(202);
  expect(asked.map(({ requestedHost }) => requestedHost)).toEqual(['east-2', 'east-2']);
});

it('answers what hosts refuse until 2.33, and shows it as a fault from 2.34', async () => {
  const shared = { host: null, block_migration: false };
  const same = { host: 'east-1', block_migration: true };
  for (const [body, words] of [
    [shared, 'is not on shared storage'],
    [same, `Unable to migrate instance (${server.uuid}) to current host (east-1).`],
  ] as const) {
    expect(await migrate(body, '2.33')).toMatchObject({ status: 400, message: expect.stringContaining(words) });
    acted = [];
    expect((await migrate(body, '2.34')).status).toBe(202);
    expect(acted).toMatchObject([{ params: { candidates: [], refusal: expect.stringContaining(words) } }]);
  }
  candidates = [];
  const none = { host: null, block_migration: 'auto' };
  expect(await migrate(none, '2.30')).toMatchObject({ status: 400 });
  expect((await migrate(none, '2.34')).status).toBe(202);
});

it('refuses an unknown host, a state that does not allow it, and others than managers', async () => {
  for (const [body, version] of [
    [{ ...OLD, host: 'nowhere' }, '2.1'],
    [{ host: 'nowhere', block_migration: 'auto' }, '2.68'],
  ] as const)
    expect(await migrate(body, version)).toMatchObject({
      status: 400,
      message: 'Compute host nowhere could not be found.',
    });
  expect((await migrate(OLD, '2.1', 'member')).status).toBe(403);
  server = { ...server, vmState: 'stopped' };
  expect(await migrate(OLD, '2.1')).toMatchObject({
    status: 409,
    message: expect.stringContaining(`Cannot 'os-migrateLive' instance ${server.uuid} while it is in vm_state stopped`),
  });
});
