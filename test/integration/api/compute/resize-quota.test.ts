import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createFlavor } from '#platform/directory/stores/flavors.ts';
import { projectUsages } from '#platform/directory/stores/quotas.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { createCaches } from '../../../../api/caches.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { anInstance } from '../../../unit/api/compute/servers/an-instance.ts';
import { beginWithServer } from './begin-with-server.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

const CELL = randomUUID();
const SMALL = aBuild().flavor;
const LARGE = { ...SMALL, id: 'large', name: 'large', vcpus: 8 };

let api: ComputeApp;
let uuid = '';
let refusal: VolvoxError | null = null;
beforeAll(async () => {
  const door = {
    getInstance: async () =>
      anInstance({ ...aBuild({ uuid, projectId: PROJECT }), launchedAt: '2026-05-01T12:00:00Z' }),
    act: async ({ operationId }: { operationId: string }) => {
      if (refusal !== null) throw refusal;
      return { operationId };
    },
  };
  const cell = { id: CELL, name: 'east', url: '', enabled: true, door };
  api = await createComputeApp({
    caches: createCaches(),
    cells: { all: () => [cell], find: () => cell, of: () => cell } as unknown as ApiDeps['cells'],
    scheduler: {
      schedule: async () => ({ decisions: [{ candidates: [{ hostId: randomUUID() }] }] }),
    } as unknown as ApiDeps['scheduler'],
  });
  await api.deps.directory.transaction((tx) => createFlavor(tx, LARGE, new Date().toISOString()));
});
beforeEach(async () => {
  const build = aBuild({ projectId: PROJECT });
  uuid = build.uuid;
  refusal = null;
  await beginWithServer(api.deps, build, CELL);
});
afterAll(() => api.close());

const resize = async () => {
  const { status } = await api.send('member', `POST /servers/${uuid}/action`, null, { resize: { flavorRef: 'large' } });
  return status;
};
const cores = async () => (await projectUsages(api.deps.directory.read, PROJECT)).cores;
const changesInProgress = async () => {
  const rows = await api.deps.directory.read.selectFrom('hold_changes').selectAll().execute();
  return rows.map((row) => Number(row.under_way_until) > Date.now());
};

it.each([
  ['unavailable', 503],
  ['deadline-exceeded', 504],
] as const)(
  'a resize whose answer is lost (%s) keeps what it took, because it may be running',
  async (kind, status) => {
    refusal = new VolvoxError(kind, 'no answer');
    expect(await resize()).toBe(status);
    expect([await cores(), await changesInProgress()]).toEqual([8, [true]]);
  },
);

it('a resize that is refused takes nothing from one that was accepted', async () => {
  expect(await resize()).toBe(202);
  refusal = new VolvoxError('conflict', 'it is being resized');
  expect(await resize()).toBe(409);
  expect([await cores(), await changesInProgress()]).toEqual([8, [false, false]]);
});
