import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InstancePage } from '#platform/contracts/door.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { createCaches } from '../../../../api/caches.ts';
import { compareInstances, compareValues, sortValues } from '../../../../api/compute/servers/list/sort-instances.ts';
import type { CellDoor, CellDoors } from '../../../../api/cross-cell/cell-doors.ts';
import { admitReports } from '../../../../api/cross-cell/reports-of-cells.ts';
import { aBuild } from '../../../support/a-build.ts';
import { setHome } from '../../../support/set-home.ts';
import { anInstance } from '../../../unit/api/compute/servers/an-instance.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

const OTHER_PROJECT = 'f'.repeat(32);

/** A door that shows what it likes, whatever it is asked. */
function aDoor(name: string) {
  const shows: Instance[] = [];
  const door = {
    listInstances: async ({ sort, after, limit }: InstancePage) => ({
      instances: shows
        .filter((one) => after === null || compareValues(sortValues(one, sort), after, sort) > 0)
        .sort(compareInstances(sort))
        .slice(0, limit),
    }),
    getInstance: async ({ uuid }: { uuid: string }) => {
      const found = shows.find((one) => one.uuid === uuid) ?? shows.find((one) => one.name === `instead of ${uuid}`);
      if (found === undefined) throw new VolvoxError('not-found', 'no such instance');
      return found;
    },
  } as unknown as CellDoor['door'];
  return { shows, cell: { id: randomUUID(), name, url: '', enabled: true, door } satisfies CellDoor };
}

describe('a cell in the wrong hands', () => {
  const honest = aDoor('honest');
  const liar = aDoor('liar');
  let api: ComputeApp;
  let nowMs = 0;
  beforeAll(async () => {
    const doors = [honest.cell, liar.cell];
    const find = (id: string) => doors.find((cell) => cell.id === id);
    const cells = { all: () => doors, find, of: find } as unknown as CellDoors;
    api = await createComputeApp({ cells, caches: createCaches(() => nowMs) });
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    for (const { shows } of [honest, liar]) shows.length = 0;
    await api.deps.directory.write.deleteFrom('instance_homes').execute();
    // The liar has a server of the project too, so that lists ask it.
    await aServer(liar, 'its own');
  });

  async function aServer(
    { shows, cell }: ReturnType<typeof aDoor>,
    name: string,
    projectId = PROJECT,
  ): Promise<Instance> {
    const build = aBuild({ uuid: randomUUID(), projectId, name });
    await api.deps.directory.transaction(async (tx) => {
      await acceptBuilds(tx, [build], Date.now());
      await setHome(tx, build.uuid, { state: 'placed', cell_id: cell.id, epoch: 2 }, Date.now());
    });
    const instance = anInstance({ ...build, epoch: 2, cellName: cell.name });
    shows.push(instance);
    return instance;
  }
  const listed = async (who = 'member', query = ''): Promise<readonly string[]> => {
    const { status, body } = await api.send(who, `GET /servers/detail${query}`, '2.96');
    expect(status).toBe(200);
    return body.servers.map(({ name }: { name: string }) => name).sort();
  };

  it('shows no server of another cell with a higher epoch, in no list and page', async () => {
    const real = await aServer(honest, 'real');
    liar.shows.push({ ...real, epoch: 99, name: 'stolen' });
    expect(await listed()).toEqual(['its own', 'real']);
    expect(await listed('admin', '?all_tenants=1')).toEqual(['its own', 'real']);
    expect(await listed('member', `?limit=2`)).toEqual(['its own', 'real']);
    expect(api.sightings).toContainEqual(
      expect.objectContaining({ kind: 'cell-contradicts', subject: `liar ${real.uuid}` }),
    );
  });

  it('shows no server that nobody knows, and none as of another project', async () => {
    liar.shows.push(anInstance({ uuid: randomUUID(), projectId: PROJECT, name: 'made up' }));
    const own = await aServer(liar, 'of another project', OTHER_PROJECT);
    liar.shows.splice(liar.shows.indexOf(own), 1, { ...own, projectId: PROJECT });
    expect(await listed()).toEqual(['its own']);
    expect(await listed('outsider')).toEqual([]);
  });

  it('cannot end a list early with what it may not show', async () => {
    const last = await aServer(liar, 'last');
    for (let n = 0; n < 150; n++)
      liar.shows.push(anInstance({ uuid: randomUUID(), projectId: PROJECT, name: 'made up' }));
    const at = liar.shows.indexOf(last);
    liar.shows[at] = { ...last, createdAt: '2000-01-01T00:00:00.000Z' };
    expect(await listed()).toEqual(['its own', 'last']);
    expect(await listed('member', '?limit=2')).toEqual(['its own', 'last']);
  });

  it('answers for no other server than the one it was asked about', async () => {
    const real = await aServer(honest, 'real', OTHER_PROJECT);
    const own = await aServer(liar, 'asked');
    liar.shows.splice(liar.shows.indexOf(own), 1, { ...real, projectId: PROJECT, name: `instead of ${own.uuid}` });
    const { body } = await api.send('member', `GET /servers/${own.uuid}`, '2.96');
    expect(body.server).toMatchObject({ id: own.uuid, status: 'UNKNOWN' });
    liar.shows.push({ ...own, epoch: 7, name: 'newer than the directory' });
    expect((await api.send('member', `GET /servers/${own.uuid}`, '2.96')).body.server.status).toBe('UNKNOWN');
    expect((await api.send('member', `GET /servers/${own.uuid}`, '2.1')).status).toBe(503);
  });

  it('keeps no server that has moved away for longer than the api remembers homes', async () => {
    const moved = await aServer(liar, 'moved');
    const shown = async () => {
      const { body } = await api.send('member', `GET /servers/${moved.uuid}`, '2.96');
      return [body.server.name, await listed()];
    };
    expect(await shown()).toEqual(['moved', ['its own', 'moved']]);
    await api.deps.directory.transaction((tx) =>
      setHome(tx, moved.uuid, { cell_id: honest.cell.id, epoch: 3 }, Date.now()),
    );
    honest.shows.push({ ...moved, epoch: 3, name: 'after the move' });
    liar.shows.splice(liar.shows.indexOf(moved), 1, { ...moved, name: 'a lie' });
    nowMs += 30_001;
    expect(await shown()).toEqual(['after the move', ['after the move', 'its own']]);
  });

  it.each(['internal', 'forbidden', 'not-found', 'invalid', 'conflict'] as const)(
    'does not end the lists of all cells when it answers them with %s',
    async (kind) => {
      await aServer(honest, 'real');
      const { listInstances } = liar.cell.door;
      const refuse = async () => {
        throw new VolvoxError(kind, 'no list today');
      };
      Object.assign(liar.cell.door, { listInstances: refuse });
      try {
        const { status, body, headers } = await api.send('member', 'GET /servers/detail', '2.68');
        expect([status, body.servers?.map(({ name }: { name: string }) => name)]).toEqual([200, ['real']]);
        expect(headers['x-volvox-silent-cells']).toBe('liar');
      } finally {
        Object.assign(liar.cell.door, { listInstances });
      }
    },
  );

  it('costs a list one statement for all cells together, and none for homes that are remembered', async () => {
    const reports = [
      { cell: honest.cell, instances: [await aServer(honest, 'a'), await aServer(honest, 'b')] },
      { cell: liar.cell, instances: [await aServer(liar, 'c')] },
    ];
    let statements = 0;
    const read = new Proxy(api.deps.directory.read, {
      get: (target, name: keyof Directory['read']) => {
        statements += 1;
        return Reflect.get(target, name).bind(target);
      },
    });
    const deps = { ...api.deps, caches: createCaches(), directory: { ...api.deps.directory, read } };
    const names = async () => (await admitReports(deps, reports)).map((some) => some.map(({ name }) => name));
    expect(await names()).toEqual([['a', 'b'], ['c']]);
    expect(statements).toBe(1);
    expect(await names()).toEqual([['a', 'b'], ['c']]);
    expect(statements).toBe(1);
  });
});
