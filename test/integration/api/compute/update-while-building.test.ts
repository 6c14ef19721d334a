import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InstancePatch } from '#platform/contracts/door.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { getHomeWithBuild } from '#platform/directory/stores/homes/get-homes.ts';
import { createCaches } from '../../../../api/caches.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { setHome } from '../../../support/set-home.ts';
import { anInstance } from '../../../unit/api/compute/servers/an-instance.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

describe('changing a server while it is built', () => {
  const CELL = randomUUID();
  let api: ComputeApp;
  let uuid = '';
  let patches: InstancePatch[] = [];
  beforeAll(async () => {
    const door = {
      updateInstance: async ({ patch }: { patch: InstancePatch }) => {
        patches.push(patch);
        const { ports: _ports, ...given } = patch;
        const build = { ...aBuild({ uuid, projectId: PROJECT }), ...given };
        return anInstance({ ...build, vmState: 'building', launchedAt: null });
      },
    };
    const cell = { id: CELL, name: 'east', url: '', enabled: true, door };
    api = await createComputeApp({
      caches: createCaches(),
      cells: { all: () => [cell], find: () => cell, of: () => cell } as unknown as ApiDeps['cells'],
    });
  });
  beforeEach(async () => {
    const build = aBuild({ projectId: PROJECT, userData: 'aGVsbG8=' });
    uuid = build.uuid;
    patches = [];
    await api.deps.directory.transaction((tx) => acceptBuilds(tx, [build], Date.now()));
  });
  afterAll(() => api.close());

  const change = (server: object, who = 'member') => api.send(who, `PUT /servers/${uuid}`, '2.19', { server });
  const home = () => getHomeWithBuild(api.deps.directory.read, uuid);
  const isNow = (values: Partial<Parameters<typeof setHome>[2]>) =>
    api.deps.directory.transaction((tx) => setHome(tx, uuid, values, Date.now()));

  it('that no cell has yet changes the build that is to be placed', async () => {
    const { status, body } = await change({ name: 'renamed', description: 'd', accessIPv4: '1.2.3.4' });
    expect(status).toBe(200);
    expect(body.server).toMatchObject({ name: 'renamed', description: 'd', accessIPv4: '1.2.3.4', status: 'BUILD' });
    const build = { name: 'renamed', description: 'd', accessIpV4: '1.2.3.4', userData: 'aGVsbG8=' };
    expect(await home()).toMatchObject({ name: 'renamed', buildRevision: 1, build });
    expect((await api.send('member', `GET /servers/${uuid}`)).body.server.name).toBe('renamed');
    expect((await change({ name: 'mine' }, 'outsider')).status).toBe(404);
    expect((await change({ name: 'mine' }, 'reader')).status).toBe(403);
    expect(patches).toEqual([]);
  });

  it('that no host would take can be changed too; a deleted one cannot', async () => {
    await isNow({ state: 'buried' });
    const { status, body } = await change({ name: 'renamed' });
    expect([status, body.server.name, body.server.status]).toEqual([200, 'renamed', 'ERROR']);
    await isNow({ state: 'deleted' });
    expect((await change({ name: 'again' })).status).toBe(404);
  });

  it('that a cell has just got is changed there', async () => {
    const { directory } = api.deps;
    const { transaction } = directory;
    Object.assign(directory, {
      transaction: async (work: Parameters<Directory['transaction']>[0]) => {
        Object.assign(directory, { transaction });
        await isNow({ state: 'placed', cell_id: CELL });
        return transaction(work);
      },
    });
    expect((await change({ name: 'renamed' })).status).toBe(200);
    expect(patches).toEqual([{ name: 'renamed' }]);
    // So that it is placed elsewhere as it is now, if it cannot be built there.
    expect(await home()).toMatchObject({ name: 'renamed', build: { name: 'renamed' } });
  });
});
