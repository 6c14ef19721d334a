import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { findImage, type ImageRecord, insertImage } from '#platform/directory/stores/images.ts';
import { addOrphanedPlacement } from '#platform/directory/stores/orphaned-placements.ts';
import { listOpenReservations, openReservation } from '#platform/directory/stores/reservation-changes.ts';
import { insertServerImage, type ServerImage } from '#platform/directory/stores/server-images.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { CellNotices } from '../../../super-conductor/notices/cell-notices.ts';
import { forgottenBuilds } from '../../../super-conductor/reconcilers/forgotten-builds.ts';
import { orphanedPlacements } from '../../../super-conductor/reconcilers/orphaned-placements.ts';
import { anImage } from '../../support/an-image.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { StubCell } from './stub-cell.ts';
import { aWorld, type World } from './world.ts';

describe('notices of cells', () => {
  let world: World | undefined;
  let notices: CellNotices | undefined;
  afterEach(async () => {
    await notices?.stop();
    await world?.close();
  });
  const start = async (...cells: StubCell[]) => {
    const w = await aWorld(cells);
    const engine = await w.startEngine();
    world = w;
    notices = new CellNotices(w.deps, (id) => engine.wake(id), silentLogger);
    await notices.start();
    return w;
  };
  const acknowledged = (cell: StubCell) => waitUntil('notices to be taken', () => cell.notices.size === 0);

  it('instance-deleted releases the home and its quota, once', async () => {
    const a = new StubCell('a', 1);
    const w = await start(a);
    const { uuid } = await w.accept();
    const { epoch } = await w.until(uuid, 'placed');
    expect(await w.inUse()).toBe(1);
    for (let time = 0; time < 2; time++) {
      a.tell('instance-deleted', uuid, epoch);
      await acknowledged(a);
    }
    expect(await w.home(uuid)).toMatchObject({ state: 'deleted', cellId: a.id });
    expect(await w.inUse()).toBe(0);
  });

  it('resize-ended opens the reservation of the server, once, until its cell has settled it', async () => {
    const a = new StubCell('a', 1);
    const w = await start(a);
    const { uuid } = await w.accept();
    const { epoch } = await w.until(uuid, 'placed');
    a.tell('resize-ended', uuid, epoch);
    await acknowledged(a);
    const open = await listOpenReservations(w.deps.directory.read, Date.now());
    expect(open).toMatchObject([{ uuid, cellId: a.id, changeIds: [expect.any(String)] }]);
    const [changeId = ''] = open[0]?.changeIds ?? [];
    await w.deps.directory.transaction((tx) => openReservation(tx, { uuid, id: changeId }));
    expect(await listOpenReservations(w.deps.directory.read, Date.now())).toEqual(open);
  });

  it('instance-deleted at an older epoch changes nothing', async () => {
    const a = new StubCell('a', 1);
    const w = await start(a);
    const { uuid } = await w.accept();
    const { epoch } = await w.until(uuid, 'placed');
    a.tell('instance-deleted', uuid, epoch - 1);
    await acknowledged(a);
    expect(await w.home(uuid)).toMatchObject({ state: 'placed' });
    expect(await w.inUse()).toBe(1);
  });

  const aServerImage = async (w: World, uuid: string, rest: Partial<ImageRecord>, made: Partial<ServerImage> = {}) => {
    const id = randomUUID();
    const at = new Date(Date.now() + order++ * 1_000).toISOString();
    await w.deps.directory.transaction(async (tx) => {
      await insertImage(tx, anImage(at, { id, ...rest }), []);
      await insertServerImage(tx, {
        ...{ imageId: id, instanceUuid: uuid, kind: 'snapshot', rotation: null, createdAt: at },
        ...made,
      });
    });
    return id;
  };
  let order = 0;
  const isThere = async (w: World, id: string) => (await findImage(w.deps.directory.read, id)) !== null;

  it('image-unneeded deletes an image of that server without bytes, and what it was unshelved from', async () => {
    const a = new StubCell('a', 1);
    const w = await start(a);
    const { uuid } = await w.accept();
    const { epoch } = await w.until(uuid, 'placed');
    const waiting = await aServerImage(w, uuid, { status: 'queued' });
    const active = await aServerImage(w, uuid, { status: 'active' });
    const shelved = await aServerImage(w, uuid, { status: 'active' }, { kind: 'shelve' });
    const kept = await aServerImage(w, uuid, { status: 'active', isProtected: true }, { kind: 'shelve' });
    const other = await aServerImage(w, randomUUID(), { status: 'queued' });
    const ids = [waiting, active, shelved, kept, other];
    for (const id of ids) a.tell('image-unneeded', uuid, epoch - 1, id);
    await acknowledged(a);
    expect(await Promise.all(ids.map((id) => isThere(w, id)))).toEqual([true, true, true, true, true]);
    for (const id of ids) a.tell('image-unneeded', uuid, epoch, id);
    await acknowledged(a);
    expect(await Promise.all(ids.map((id) => isThere(w, id)))).toEqual([false, true, false, true, true]);
  });

  it('instance-deleted deletes the images that the server was shelved as, which are there while it can be restored', async () => {
    const a = new StubCell('a', 1);
    const w = await start(a);
    const { uuid } = await w.accept();
    const { epoch } = await w.until(uuid, 'placed');
    const shelved = await aServerImage(w, uuid, { status: 'active' }, { kind: 'shelve' });
    const shelving = await aServerImage(w, uuid, { status: 'saving' }, { kind: 'shelve' });
    const others = [
      await aServerImage(w, uuid, { status: 'active' }),
      await aServerImage(w, uuid, { status: 'active', isProtected: true }, { kind: 'shelve' }),
      await aServerImage(w, randomUUID(), { status: 'active' }, { kind: 'shelve' }),
    ];
    expect(await isThere(w, shelved)).toBe(true);
    a.tell('instance-deleted', uuid, epoch);
    await w.until(uuid, 'deleted');
    expect(await Promise.all([shelved, shelving, ...others].map((id) => isThere(w, id)))).toEqual([
      ...[false, false, true, true, true],
    ]);
  });

  it('image-saved deletes the oldest backups of its type beyond its rotation', async () => {
    const a = new StubCell('a', 1);
    const w = await start(a);
    const { uuid } = await w.accept();
    const { epoch } = await w.until(uuid, 'placed');
    const backup = (type: string, rotation: number, status: ImageRecord['status'] = 'active') =>
      aServerImage(w, uuid, { status, properties: { backup_type: type } }, { kind: 'backup', rotation });
    const ids = [
      await backup('daily', 9),
      await backup('daily', 9, 'queued'),
      await backup('weekly', 9),
      await backup('daily', 9),
      await backup('daily', 2),
    ];
    a.tell('image-saved', uuid, epoch, ids.at(-1));
    await acknowledged(a);
    expect(await Promise.all(ids.map((id) => isThere(w, id)))).toEqual([false, true, true, true, true]);
    const none = await backup('daily', 0);
    a.tell('image-saved', uuid, epoch, none);
    await acknowledged(a);
    expect(await Promise.all([...ids, none].map((id) => isThere(w, id)))).toEqual([
      ...[false, true, true, false, false, false],
    ]);
  });

  it('build-failed goes to another cell under a higher epoch', async () => {
    const [a, b] = [new StubCell('a', 10), new StubCell('b', 1)];
    const w = await start(a, b);
    b.mood = 'full';
    const { uuid } = await w.accept();
    const first = await w.until(uuid, 'placed');
    expect(first.cellId).toBe(a.id);
    b.mood = 'well';
    a.tell('build-failed', uuid, first.epoch);
    const second = await waitUntil('the other cell to have it', async () => {
      const home = await w.home(uuid);
      return home?.state === 'placed' && home.cellId === b.id ? home : null;
    });
    expect(second.epoch).toBeGreaterThan(first.epoch);
    await acknowledged(a);
    await orphanedPlacements(w.deps).reconcile();
    expect(w.countOfCells(uuid)).toBe(1);
    expect(b.instances.get(uuid)?.epoch).toBe(second.epoch);

    b.tell('build-failed', uuid, second.epoch);
    await acknowledged(b);
    expect(b.instances.get(uuid)?.buried, 'no third cell: it ends where it is').toBe(true);
    expect(await w.home(uuid)).toMatchObject({ state: 'placed', cellId: b.id });
  });

  it('build-failed because of what was asked for goes nowhere else, and its owner reads the reason', async () => {
    const [a, b] = [new StubCell('a', 10), new StubCell('b', 1)];
    const w = await start(a, b);
    b.mood = 'full';
    const { uuid } = await w.accept();
    const { epoch } = await w.until(uuid, 'placed');
    b.mood = 'well';
    a.tell('build-failed', uuid, epoch, 400);
    await acknowledged(a);
    expect(await w.home(uuid)).toMatchObject({ state: 'placed', cellId: a.id, epoch });
    expect(a.buriedWith).toMatchObject([{ code: 400, message: 'it broke' }]);
    expect(b.instances.size).toBe(0);
  });

  it('build-failed of what the cell was told to delete is left to the delete', async () => {
    const [a, b] = [new StubCell('a', 10), new StubCell('b', 1)];
    const w = await start(a, b);
    b.mood = 'full';
    const { uuid } = await w.accept();
    const { epoch } = await w.until(uuid, 'placed');
    b.mood = 'well';
    a.deleted.push(uuid);
    a.tell('build-failed', uuid, epoch);
    await acknowledged(a);
    expect(await w.home(uuid)).toMatchObject({ state: 'placed', cellId: a.id, epoch });
    a.tell('instance-deleted', uuid, epoch);
    await w.until(uuid, 'deleted');
    expect(b.instances.size).toBe(0);
  });

  it('after build-failed of a build that the cell has already released, the server is placed again, even without capacity elsewhere', async () => {
    const a = new StubCell('a', 1);
    const w = await start(a);
    const { uuid } = await w.accept();
    const { epoch } = await w.until(uuid, 'placed');
    a.instances.delete(uuid);
    a.tell('build-failed', uuid, epoch);
    await acknowledged(a);
    const { uuid: buried, epoch: later } = await w.until(uuid, 'buried');
    expect([buried, later > epoch]).toEqual([uuid, true]);
  });

  it('stays open while nothing can be done, and is taken then', async () => {
    const a = new StubCell('a', 1);
    const w = await start(a);
    const { uuid } = await w.accept();
    const { epoch } = await w.until(uuid, 'placed');
    w.state.schedulerDown = true;
    a.tell('build-failed', uuid, epoch);
    await waitUntil('a try', async () => a.notices.size === 1);
    expect(a.instances.get(uuid)?.buried).toBe(false);
    w.state.schedulerDown = false;
    await acknowledged(a);
    expect(a.instances.get(uuid)?.buried).toBe(true);
  });

  it('are taken of the other cells while one is dead', async () => {
    const [a, b] = [new StubCell('a', 1), new StubCell('b', 10)];
    const w = await start(a, b);
    const { uuid } = await w.accept();
    const home = await w.until(uuid, 'placed');
    const [homeCell, other] = home.cellId === a.id ? [a, b] : [b, a];
    other.mood = 'dead';
    homeCell.tell('instance-deleted', uuid, home.epoch);
    await acknowledged(homeCell);
    expect(await w.home(uuid)).toMatchObject({ state: 'deleted' });
  });

  it('are not asked for without a pause, when the cell says at once that there are none', async () => {
    const a = new StubCell('a', 1);
    let asked = 0;
    Object.assign(a.cell.door, {
      watchNotices: async () => {
        asked += 1;
        return { notices: [] };
      },
    });
    const w = await start(a);
    const pauses: number[] = [];
    const { sleep } = w.deps.clock;
    w.deps.clock.sleep = (ms, signal) => {
      pauses.push(ms);
      return sleep(ms, signal);
    };
    await waitUntil('some rounds', () => pauses.length >= 3);
    expect(asked).toBeLessThanOrEqual(pauses.length + 2);
  });

  it('orphaned placements of a slow cell do not hold up the round', async () => {
    const a = new StubCell('a', 1);
    const w = await start(a);
    for (let at = 0; at < 50; at++) {
      const placement = { instanceUuid: randomUUID(), cellId: a.id, epoch: 1 };
      await w.directory.transaction((tx) => addOrphanedPlacement(tx, placement, 0));
    }
    let told = 0;
    Object.assign(a.cell.door, {
      releaseBuild: async () => {
        told += 1;
        w.skip(4_000);
        return {};
      },
    });
    await orphanedPlacements(w.deps).reconcile();
    expect(told).toBe(2);
    expect(await w.orphaned()).toHaveLength(48);
  });

  it('builds without an operation get a new one', async () => {
    const a = new StubCell('a', 1);
    const w = await start(a);
    w.state.schedulerDown = true;
    const { uuid } = await w.accept();
    await w.directory.write.deleteFrom('operations').execute();
    w.state.schedulerDown = false;
    const woken: string[] = [];
    const reconciler = forgottenBuilds(w.deps, (id) => woken.push(id), silentLogger);
    await reconciler.reconcile();
    expect(woken).toEqual([]);
    w.skip(31_000);
    await reconciler.reconcile();
    expect(woken).toHaveLength(1);
    await w.until(uuid, 'placed');
  });
});
