import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Host } from '#platform/objects/host.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { createCaches } from '../../../../api/caches.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { anInstance } from '../../../unit/api/compute/servers/an-instance.ts';
import { beginWithServer } from './begin-with-server.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';
import { aHost } from './stub-cells.ts';

const [EAST, WEST] = [randomUUID(), randomUUID()];
let hosts: readonly Host[] = [];
let server: Instance;
let acted: { kind: string; params: Readonly<Record<string, unknown>> }[] = [];
let asked: SchedulingRequest[] = [];
let api: ComputeApp;
let candidates: readonly { hostId: string }[] = [];
let refusal: VolvoxError | null = null;

const idOf = (name: string): string => hosts.find((host) => host.name === name)?.id ?? '';

beforeAll(async () => {
  const cellOf = (id: string, name: string) => ({
    id,
    name,
    url: '',
    enabled: true,
    door: {
      getInstance: async () => server,
      listHosts: async () => ({ hosts: hosts.filter((host) => host.name.startsWith(name)) }),
      act: async ({
        operationId,
        kind,
        params,
      }: {
        operationId: string;
        kind: string;
        params: Record<string, unknown>;
      }) => {
        if (refusal !== null) throw refusal;
        acted.push({ kind, params });
        return { operationId };
      },
    },
  });
  const cells = [cellOf(EAST, 'east'), cellOf(WEST, 'west')];
  const find = (id: string) => cells.find((cell) => cell.id === id);
  api = await createComputeApp({
    caches: createCaches(),
    cells: { all: () => cells, find, of: find } as unknown as ApiDeps['cells'],
    scheduler: {
      schedule: async ({ requests: [request] }: { requests: [SchedulingRequest] }) => {
        asked.push(request);
        return { decisions: [{ candidates, refusals: [] }] };
      },
    } as unknown as ApiDeps['scheduler'],
  });
});
beforeEach(async () => {
  hosts = ['east-1', 'east-2', 'west-1'].map((name) => aHost(name, randomUUID(), { up: name !== 'east-1' }));
  const build = aBuild({ projectId: PROJECT });
  server = anInstance({ ...build, host: 'east-1', node: 'east-1', launchedAt: '2026-05-01T12:00:00Z' });
  [acted, asked, refusal] = [[], [], null];
  candidates = [{ hostId: idOf('east-2') }];
  await beginWithServer(api.deps, build, EAST);
});
afterAll(() => api.close());

const evacuate = async (body: object, version: string, who = 'admin') => {
  const path = `POST /servers/${server.uuid}/action`;
  const { status, body: answer } = await api.send(who, path, version, { evacuate: body });
  const fault: { message?: string } | undefined = answer === null ? undefined : Object.values<object>(answer)[0];
  return { status, answer, message: fault?.message };
};

it('answers a password until 2.13: the given one, or a new one', async () => {
  const given = await evacuate({ onSharedStorage: 'False', adminPass: 'MySecretPass' }, '2.1');
  expect(given).toMatchObject({ status: 200, answer: { adminPass: 'MySecretPass' } });
  const made = await evacuate({ onSharedStorage: false }, '2.13');
  expect(made.answer).toEqual({ adminPass: expect.stringMatching(/^[0-9A-Za-z]{12}$/) });
  for (const version of ['2.14', '2.29', '2.68', '2.94']) {
    expect(await evacuate({}, version), version).toMatchObject({ status: 200, answer: null });
  }
  expect(acted).toHaveLength(6);
  for (const one of acted) {
    expect(one).toEqual({ kind: 'evacuate', params: { hostId: idOf('east-2'), alternates: [] } });
  }
});

it('asks the scheduler for another host of the cell, and leaves the server stopped from 2.95', async () => {
  expect((await evacuate({}, '2.95')).status).toBe(200);
  expect(asked).toMatchObject([
    { onlyCellId: EAST, requestedHost: null, schedulerHints: { _different_host_names: ['east-1'] } },
  ]);
  expect(acted[0]?.params).toEqual({ hostId: idOf('east-2'), alternates: [], stopped: true });
});

it('has the scheduler check a named host, but not before 2.29 nor with force up to 2.67', async () => {
  for (const [body, version] of [
    [{ onSharedStorage: 'false' }, '2.13'],
    [{}, '2.28'],
    [{ force: true }, '2.29'],
    [{ force: 'True' }, '2.67'],
  ] as const) {
    expect((await evacuate({ host: 'east-2', ...body }, version)).status, version).toBe(200);
  }
  expect(asked).toEqual([]);
  for (const [body, version] of [
    [{ force: false }, '2.29'],
    [{}, '2.67'],
    [{}, '2.68'],
  ] as const) {
    expect((await evacuate({ host: 'east-2', ...body }, version)).status, version).toBe(200);
  }
  expect(asked.map(({ requestedHost }) => requestedHost)).toEqual(['east-2', 'east-2', 'east-2']);
  expect(acted.every(({ params }) => params.hostId === idOf('east-2'))).toBe(true);
});

it('refuses bodies of other microversions', async () => {
  for (const [body, version] of [
    [{}, '2.13'],
    [{ onSharedStorage: false }, '2.14'],
    [{ force: true, host: 'east-2' }, '2.28'],
    [{ force: true, host: 'east-2' }, '2.68'],
    [{ host: 'east 2' }, '2.68'],
    [{ force: true }, '2.30'],
    [{ onSharedStorage: true }, '2.1'],
    [{ onSharedStorage: true, adminPass: 'x' }, '2.1'],
  ] as const) {
    expect((await evacuate(body, version)).status, `${JSON.stringify(body)} ${version}`).toBe(400);
  }
  expect(acted).toEqual([]);
});

it('refuses a host that is unknown, the same, or in another cell', async () => {
  expect(await evacuate({ host: 'nowhere' }, '2.68')).toMatchObject({
    status: 404,
    message: expect.stringContaining('Compute host nowhere'),
  });
  expect(await evacuate({ host: 'east-1' }, '2.68')).toMatchObject({
    status: 400,
    message: expect.stringContaining("The target host can't be the same one."),
  });
  expect(await evacuate({ host: 'west-1', force: true }, '2.30')).toMatchObject({ status: 400 });
  candidates = [];
  expect(await evacuate({ host: 'west-1' }, '2.68')).toMatchObject({
    status: 400,
    message: expect.stringContaining('No valid host was found.'),
  });
});

it('is refused while the host is in use, in states that do not allow it, and for others than admins', async () => {
  expect((await evacuate({}, '2.68', 'member')).status).toBe(403);
  hosts = hosts.map((host) => ({ ...host, up: true }));
  const message = expect.stringContaining('Compute service of east-1 is still in use.');
  expect(await evacuate({}, '2.68')).toMatchObject({ status: 400, message });
  refusal = new VolvoxError('invalid', 'Compute service of east-1 is still in use. …');
  expect(await evacuate({ host: 'east-2', force: true }, '2.30')).toMatchObject({ status: 400, message });
  server = { ...server, vmState: 'paused' };
  expect(await evacuate({}, '2.68')).toMatchObject({
    status: 409,
    message: expect.stringContaining(`Cannot 'evacuate' instance ${server.uuid} while it is in vm_state paused`),
  });
  expect(acted).toEqual([]);
});
