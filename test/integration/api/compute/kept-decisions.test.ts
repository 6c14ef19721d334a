import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Decision } from '#platform/contracts/scheduler.ts';
import { createFlavor } from '#platform/directory/stores/flavors.ts';
import { getDecision } from '#platform/directory/stores/homes/get-homes.ts';
import type { Host } from '#platform/objects/host.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { createCaches } from '../../../../api/caches.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { anInstance } from '../../../unit/api/compute/servers/an-instance.ts';
import { beginWithServer } from './begin-with-server.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';
import { aHost } from './stub-cells.ts';

const EAST = randomUUID();
const HOSTS: readonly Host[] = ['east-1', 'east-2'].map((name) => aHost(name, randomUUID(), { up: name !== 'east-1' }));
const [, OTHER] = HOSTS;
const REFUSALS = [{ filter: 'different-host', reason: 'the request excludes it', cellName: 'east', hosts: 1 }];
let api: ComputeApp;
let server: Instance;
let decided: Partial<Decision> = {};

beforeAll(async () => {
  const door = {
    getInstance: async () => server,
    listHosts: async () => ({ hosts: HOSTS }),
    act: async ({ operationId }: { operationId: string }) => ({ operationId }),
  };
  const cell = { id: EAST, name: 'east', url: '', enabled: true, door };
  api = await createComputeApp({
    caches: createCaches(),
    cells: { all: () => [cell], find: () => cell, of: () => cell } as unknown as ApiDeps['cells'],
    scheduler: {
      schedule: async () => ({
        decisions: [{ instanceUuid: server.uuid, refusals: REFUSALS, hostsConsidered: 2, silentCells: [], ...decided }],
      }),
    } as unknown as ApiDeps['scheduler'],
  });
  const flavor = { ...aBuild().flavor, id: 'large', name: 'large', ramMb: 4_096, disabled: false };
  await api.deps.directory.transaction((tx) => createFlavor(tx, flavor, new Date().toISOString()));
});
beforeEach(async () => {
  const build = aBuild({ projectId: PROJECT });
  server = anInstance({ ...build, host: 'east-1', node: 'east-1', launchedAt: '2026-05-01T12:00:00Z' });
  await beginWithServer(api.deps, build, EAST);
});
afterAll(() => api.close());

const ACTIONS = [
  ['2.56', { migrate: null }],
  ['2.56', { resize: { flavorRef: 'large' } }],
  ['2.68', { evacuate: {} }],
  ['2.68', { 'os-migrateLive': { host: null, block_migration: 'auto' } }],
] as const;

const act = (version: string, body: object) => api.send('admin', `POST /servers/${server.uuid}/action`, version, body);
const kept = () =>
  waitUntil('the decision to be kept', async () => (await getDecision(api.deps.directory.read, server.uuid))?.decision);

it.each(ACTIONS)(
  'the decision about a server that its cell has is kept with its home (%s %j)',
  async (version, body) => {
    const candidate = { cellId: EAST, cellName: 'east', hostId: OTHER?.id ?? '', hostName: 'east-2', zone: 'nova' };
    decided = { candidates: [candidate], hostsPassed: 1 };
    expect((await act(version, body)).status).toBeLessThan(300);
    expect(await kept()).toMatchObject({
      ...{ hostsConsidered: 2, hostsPassed: 1, refusals: REFUSALS },
      chosen: { cellName: 'east', hostName: 'east-2', alternates: [] },
    });
  },
);

it.each(ACTIONS)('so it is when no host is left (%s %j)', async (version, body) => {
  decided = { candidates: [], hostsPassed: 0 };
  await act(version, body);
  expect(await kept()).toMatchObject({ chosen: null, hostsPassed: 0, refusals: REFUSALS });
});
