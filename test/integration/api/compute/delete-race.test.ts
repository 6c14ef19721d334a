import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Directory } from '#platform/directory/directory.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { takeQuota } from '#platform/directory/stores/quotas.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { setHome } from '../../../support/set-home.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

const CELL = randomUUID();

let api: ComputeApp;
const deleted: string[] = [];
beforeAll(async () => {
  const door = { act: async ({ uuid }: { uuid: string }) => void deleted.push(uuid) };
  const cell = { id: CELL, name: 'cell-1', door };
  api = await createComputeApp({
    cells: { all: () => [cell], find: () => cell, of: () => cell } as unknown as ApiDeps['cells'],
    caches: { homes: new Map() } as unknown as ApiDeps['caches'],
  });
});
afterAll(() => api.close());

it('deletes a server in the cell that it got between the look and the delete', async () => {
  const { directory } = api.deps;
  const build = aBuild({ projectId: PROJECT });
  await directory.transaction(async (tx) => {
    await takeQuota(tx, PROJECT, { instances: 1, cores: 1, ram: 1 });
    await acceptBuilds(tx, [build], Date.now());
  });
  const { transaction } = directory;
  let first = true;
  Object.assign(directory, {
    transaction: async (work: Parameters<Directory['transaction']>[0]) => {
      if (first) {
        first = false;
        await transaction((tx) => setHome(tx, build.uuid, { state: 'placed', cell_id: CELL }, Date.now()));
      }
      return transaction(work);
    },
  });
  expect((await api.send('member', `DELETE /servers/${build.uuid}`)).status).toBe(204);
  expect(deleted).toEqual([build.uuid]);
});
