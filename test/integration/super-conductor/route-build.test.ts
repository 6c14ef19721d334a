import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { DELETE_ARRIVED } from '#platform/contracts/global-operations.ts';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { beginRouting } from '#platform/directory/stores/homes/begin-routing.ts';
import { changeBuild } from '#platform/directory/stores/homes/change-build.ts';
import { getDecision } from '#platform/directory/stores/homes/get-homes.ts';
import { reopenHome } from '#platform/directory/stores/homes/placing.ts';
import { beginOperations } from '#platform/directory/stores/operations.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import { deleteArrived } from '../../../super-conductor/operations/delete-arrived.ts';
import { routeBuild } from '../../../super-conductor/operations/route-build.ts';
import { hintsWithHosts } from '../../../super-conductor/placing/near-servers.ts';
import { orphanedPlacements } from '../../../super-conductor/reconcilers/orphaned-placements.ts';
import { aBuild } from '../../support/a-build.ts';
import { itKeepsTheOperationLaws } from '../../support/operation-laws.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { StubCell } from './stub-cell.ts';
import { aWorld, type World } from './world.ts';

describe('routing builds', () => {
  let world: World | undefined;
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });
  const inWorld = async (...cells: StubCell[]): Promise<World> => {
    world = await aWorld(cells);
    return world;
  };
  const expectInOneCell = (w: World, uuid: string) => expect(w.countOfCells(uuid)).toBe(1);

  it('takes each build into one cell and spreads them over both', async () => {
    const cells = [new StubCell('a', 5), new StubCell('b', 5)];
    const w = await inWorld(...cells);
    // Hosts that are equal are chosen at random: that so many builds choose one cell happens once in eight million runs.
    const projects = Array.from({ length: 24 }, (_, at) => ({ projectId: `project-${at % 3}` }));
    const builds = await Promise.all(projects.map((project) => w.accept(project)));
    await w.startEngine();
    for (const { uuid } of builds) {
      const home = await w.until(uuid, 'placed');
      const cell = cells.find(({ id }) => id === home.cellId);
      expect(cell?.instances.get(uuid)?.epoch).toBe(home.epoch);
      const decision = (await getDecision(w.directory.read, uuid))?.decision;
      expect(decision).toMatchObject({ chosen: { cellName: cell?.name }, hostsConsidered: 10, hostsPassed: 10 });
      expect(cell?.hosts.map(({ name }) => name)).toContain(decision?.chosen?.hostName);
      expectInOneCell(w, uuid);
    }
    expect(cells.every((cell) => cell.instances.size > 0)).toBe(true);
    await w.untilIdle();
  });

  const rename = (w: World, uuid: string, name: string) =>
    w.directory.transaction((tx) => changeBuild(tx, uuid, { name }, ['accepted'], Date.now()));

  it('gives the cell what the user has changed before it is asked, and tells it what he changes while it is asked', async () => {
    const a = new StubCell('a', 3);
    const w = await inWorld(a);
    const { uuid } = await w.accept({ name: 'first' });
    await rename(w, uuid, 'second');
    let asked = 0;
    a.beforeAnswer = async () => {
      asked += 1;
      if (asked === 1) await rename(w, uuid, 'third');
    };
    await w.startEngine();
    const home = await w.until(uuid, 'placed');
    expect(home.name).toBe('third');
    expect(a.asked.map(({ build }) => build.name)).toEqual(['second']);
    expect(a.updated).toMatchObject([{ uuid, patch: { name: 'third' } }]);
    await w.untilIdle();
  });

  it('tells the cell what the user has changed after an answer that was lost', async () => {
    const a = new StubCell('a', 3);
    a.mood = 'lost';
    const w = await inWorld(a);
    const { uuid } = await w.accept({ name: 'first' });
    a.beforeAnswer = async () => {
      a.beforeAnswer = async () => undefined;
      await rename(w, uuid, 'second');
    };
    await w.startEngine();
    await w.untilTried(2);
    a.mood = 'well';
    expect((await w.until(uuid, 'placed')).name).toBe('second');
    expect(a.updated.at(-1)).toMatchObject({ uuid, patch: { name: 'second' } });
    expectInOneCell(w, uuid);
  });

  it('tells nothing when nothing was changed', async () => {
    const a = new StubCell('a', 3);
    const w = await inWorld(a);
    const { uuid } = await w.accept();
    await w.startEngine();
    await w.until(uuid, 'placed');
    expect(a.updated).toEqual([]);
  });

  it('tries the other cell when the first refuses', async () => {
    const [a, b] = [new StubCell('a', 3), new StubCell('b', 1)];
    a.mood = 'full';
    const w = await inWorld(a, b);
    const { uuid } = await w.accept();
    await w.startEngine();
    expect((await w.until(uuid, 'placed')).cellId).toBe(b.id);
    expect(await w.orphaned()).toEqual([]);
  });

  it('keeps to the hosts of other servers, or away from them', async () => {
    const cells = [new StubCell('a', 2), new StubCell('b', 2)];
    const w = await inWorld(...cells);
    await w.startEngine();
    const hostOf = async (schedulerHints: Record<string, unknown>) => {
      const { uuid } = await w.accept({ schedulerHints });
      const { cellId } = await w.until(uuid, 'placed');
      const host = cells.find(({ id }) => id === cellId)?.instances.get(uuid)?.host ?? '';
      return { uuid, host };
    };
    const first = await hostOf({});
    expect((await hostOf({ same_host: first.uuid })).host).toBe(first.host);
    const second = await hostOf({ different_host: [first.uuid] });
    const third = await hostOf({ different_host: [first.uuid, second.uuid, randomUUID()] });
    expect(new Set([first.host, second.host, third.host]).size).toBe(3);
  });

  it('hears nothing of the hosts of other projects, and takes no host that a build names by itself', async () => {
    const a = new StubCell('a', 3);
    const w = await inWorld(a);
    await w.startEngine();
    const theirs = await w.accept();
    await w.until(theirs.uuid, 'placed');
    await w.directory.write.updateTable('instance_homes').set({ project_id: 'theirs' }).execute();
    const near = await w.accept({ schedulerHints: { same_host: theirs.uuid } });
    expect((await w.until(near.uuid, 'buried')).fault?.message).toContain(
      'the servers of the same_host hint run on other hosts',
    );
    const forced = await w.accept({ schedulerHints: { _same_host_names: ['no such host'] } });
    await w.until(forced.uuid, 'placed');
  });

  it('believes a cell about the hosts of its own servers only', async () => {
    const [a, b] = [new StubCell('a', 2), new StubCell('b', 2)];
    const w = await inWorld(a, b);
    await w.startEngine();
    b.mood = 'full';
    const first = await w.accept();
    await w.until(first.uuid, 'placed');
    b.mood = 'well';
    a.mood = 'full';
    const other = await w.accept();
    await w.until(other.uuid, 'placed');
    const host = a.instances.get(first.uuid)?.host;
    // The cell of the second server answers late, and for the first one too.
    Object.assign(b.cell.door, {
      listInstances: async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return { instances: [{ uuid: first.uuid, host: 'b-host-1' }] };
      },
    });
    const hints = await hintsWithHosts(aBuild({ schedulerHints: { same_host: [first.uuid, other.uuid] } }), w.deps);
    expect(hints).toMatchObject({ _same_host_names: [host] });
  });

  it('reaches a cell that takes it, however many hosts a cell makes up that takes nothing', async () => {
    const [liar, honest] = [new StubCell('liar', 3_000), new StubCell('honest', 1)];
    liar.mood = 'full';
    const w = await inWorld(liar, honest);
    const { uuid } = await w.accept();
    await w.startEngine();
    expect((await w.until(uuid, 'placed')).cellId).toBe(honest.id);
    expect(liar.asked.length).toBeLessThanOrEqual(1);
  });

  it('asks a cell that takes nothing of late after all others, and still asks it', async () => {
    const [liar, honest] = [new StubCell('liar', 3_000), new StubCell('honest', 1)];
    liar.mood = 'full';
    const w = await inWorld(liar, honest);
    await w.startEngine();
    for (let at = 0; at < 20; at++) await w.until((await w.accept({ projectId: `project-${at}` })).uuid, 'placed');
    expect(liar.asked.length).toBeLessThanOrEqual(8);
    liar.mood = 'well';
    honest.mood = 'full';
    const { uuid } = await w.accept();
    expect((await w.until(uuid, 'placed')).cellId).toBe(liar.id);
  });

  it('goes to the living cell when the other is dead', async () => {
    const [a, b] = [new StubCell('a', 10), new StubCell('b', 1)];
    a.mood = 'dead';
    const w = await inWorld(a, b);
    const { uuid } = await w.accept();
    await w.startEngine();
    expect((await w.until(uuid, 'placed')).cellId).toBe(b.id);
  });

  it('buries with counted reasons what fits nowhere, and keeps counting its quota', async () => {
    const w = await inWorld(new StubCell('a', 2), new StubCell('b', 1));
    const build = await w.accept();
    await w.directory.transaction((tx) =>
      tx
        .updateTable('instance_homes')
        .set({ build: JSON.stringify({ ...build, flavor: { ...build.flavor, ramMb: 99_999_999 } }) })
        .where('uuid', '=', build.uuid)
        .execute(),
    );
    await w.startEngine();
    const { fault } = await w.until(build.uuid, 'buried');
    expect(fault).toMatchObject({
      code: 500,
      message:
        'No valid host was found. 3 hosts considered (3: it has less RAM than requested). Nearest misses: 99934463 MB of RAM too few.',
    });
    expect(fault?.details).toContain('capacity-RAM: it has less RAM than requested (a: 2)');
    expect((await getDecision(w.directory.read, build.uuid))?.decision).toMatchObject({
      chosen: null,
      ...{ hostsConsidered: 3, hostsPassed: 0 },
      byFilter: [{ filter: 'capacity-RAM', hosts: 3 }],
      byCell: [
        { cellName: 'a', hosts: 2 },
        { cellName: 'b', hosts: 1 },
      ],
      nearest: [1, 2, 3].map(() => ({ misses: [{ filter: 'capacity-RAM', tooFew: 99_934_463 }] })),
    });
    expect(await w.inUse()).toBe(1);
    await w.askDelete(build.uuid);
    expect(await w.inUse()).toBe(0);
  });

  it('buries when every cell refuses', async () => {
    const cells = [new StubCell('a', 2), new StubCell('b', 2)];
    for (const cell of cells) cell.mood = 'full';
    const w = await inWorld(...cells);
    const { uuid } = await w.accept();
    await w.startEngine();
    const { fault } = await w.until(uuid, 'buried');
    expect(fault?.message).toMatch(/2 cells refused the server/);
    expect(fault?.details).toMatch(/a: capacity.*b: capacity|b: capacity.*a: capacity/s);
  });

  it('waits for the scheduler, and for cells that say nothing, before it says no', async () => {
    const a = new StubCell('a', 1);
    const w = await inWorld(a);
    w.state.schedulerDown = true;
    const { uuid } = await w.accept();
    await w.startEngine();
    await w.untilTried(2);
    w.state.silent = ['a'];
    w.state.schedulerDown = false;
    expect((await w.home(uuid))?.state).toBe('accepted');
    w.state.silent = [];
    expect((await w.until(uuid, 'placed')).cellId).toBe(a.id);
  });

  it('gives up on silent cells after a minute', async () => {
    const w = await inWorld(new StubCell('a', 1));
    w.state.silent = ['a'];
    const { uuid } = await w.accept();
    // No worker ran for a minute; that does not count against the cell.
    w.skip(61_000);
    await w.startEngine();
    await w.untilTried(2);
    expect((await w.home(uuid))?.state).toBe('accepted');
    w.skip(61_000);
    const { fault } = await w.until(uuid, 'buried');
    expect(fault?.message).toContain('1 cell did not answer');
    expect(fault?.details).toContain('a: it does not answer');
  });

  describe('when an answer is lost', () => {
    it('asks elsewhere under a higher epoch, and the first cell forgets the instance', async () => {
      const [a, b] = [new StubCell('a', 10), new StubCell('b', 1)];
      a.mood = 'lost';
      const w = await inWorld(a, b);
      // Its shuffle puts a host of the first cell first.
      const { uuid } = await w.accept({ uuid: '00000000-0000-4000-8000-000000000001', requestId: 'req-1' });
      await w.startEngine();
      const home = await w.until(uuid, 'placed');
      expect(home.cellId).toBe(b.id);
      expect(a.instances.get(uuid)?.epoch).toBeLessThan(home.epoch);
      expect(await w.orphaned()).toHaveLength(1);

      const reconciler = orphanedPlacements(w.deps);
      await reconciler.reconcile();
      expect(w.countOfCells(uuid), 'its question may still be in progress').toBe(2);
      w.skip(16_000);
      a.mood = 'dead';
      await reconciler.reconcile();
      expect(await w.orphaned(), 'a dead cell is told later').toHaveLength(1);
      a.mood = 'well';
      await reconciler.reconcile();
      expectInOneCell(w, uuid);
      expect(b.instances.has(uuid)).toBe(true);
      expect(await w.orphaned()).toEqual([]);
    });

    it('asks the first cell again when no other takes it, once that has forgotten it', async () => {
      const [a, b] = [new StubCell('a', 10), new StubCell('b', 1)];
      [a.mood, b.mood] = ['lost', 'full'];
      const w = await inWorld(a, b);
      const { uuid } = await w.accept({ uuid: '00000000-0000-4000-8000-000000000001', requestId: 'req-1' });
      await w.startEngine();
      await waitUntil('the second cell to be asked', () => b.asked.length > 0);
      expect(await w.orphaned()).toHaveLength(1);
      const lost = a.instances.get(uuid)?.epoch;
      a.mood = 'well';
      w.skip(16_000);
      await orphanedPlacements(w.deps).reconcile();
      const home = await w.until(uuid, 'placed');
      expect(home.cellId).toBe(a.id);
      expect(home.epoch).toBeGreaterThan(lost ?? home.epoch);
      await orphanedPlacements(w.deps).reconcile();
      expectInOneCell(w, uuid);
    });

    it('asks the only cell again, at the same epoch', async () => {
      const a = new StubCell('a', 1);
      a.mood = 'lost';
      const w = await inWorld(a);
      const { uuid } = await w.accept();
      await w.startEngine();
      await waitUntil('the instance in the cell', () => a.instances.has(uuid));
      a.mood = 'well';
      const home = await w.until(uuid, 'placed');
      expect(a.instances.get(uuid)?.epoch).toBe(home.epoch);
      expect(await w.orphaned()).toEqual([]);
    });
  });

  describe('when the user deletes it meanwhile', () => {
    it('is deleted in the cell that took it', async () => {
      const a = new StubCell('a', 1);
      const w = await inWorld(a);
      const { uuid } = await w.accept();
      a.beforeAnswer = async () => {
        expect(await w.askDelete(uuid)).toEqual({ outcome: 'requested' });
      };
      await w.startEngine();
      await w.until(uuid, 'placed');
      await w.untilIdle();
      expect(a.deleted).toEqual([uuid]);
      // It was never active when its user deleted it: a cell that keeps deleted servers does not keep this one.
      expect(a.deletedBy).toEqual(['forceDelete']);
    });

    it('is gone, with its quota, when no cell took it', async () => {
      const a = new StubCell('a', 1);
      a.mood = 'full';
      const w = await inWorld(a);
      const { uuid } = await w.accept();
      a.beforeAnswer = async () => {
        await w.askDelete(uuid);
      };
      await w.startEngine();
      await w.until(uuid, 'deleted');
      await w.untilIdle();
      expect(await w.inUse()).toBe(0);
      expect(w.countOfCells(uuid)).toBe(0);
    });

    it('is not placed at all when it was deleted before', async () => {
      const a = new StubCell('a', 1);
      const w = await inWorld(a);
      const { uuid } = await w.accept();
      await w.askDelete(uuid);
      await w.startEngine();
      await w.untilIdle();
      expect(a.asked).toEqual([]);
    });
  });

  it('goes on after a crash in the middle, without a second instance', async () => {
    const cells = [new StubCell('a', 3), new StubCell('b', 3)];
    const w = await inWorld(...cells);
    const { uuid } = await w.accept();
    const crash = new Promise<void>((resolve) => {
      for (const cell of cells) {
        cell.beforeAnswer = async () => {
          resolve();
          await new Promise((never) => setTimeout(never, 300));
        };
      }
    });
    const first = await w.startEngine(200);
    await crash;
    await first.stop();
    for (const cell of cells) cell.beforeAnswer = async () => undefined;
    expect((await w.home(uuid))?.state).toBe('accepted');

    await w.startEngine();
    await w.until(uuid, 'placed');
    await w.untilIdle();
    w.skip(60_000);
    await orphanedPlacements(w.deps).reconcile();
    await waitUntil('the late answer of the first run', () => cells.some((cell) => cell.instances.has(uuid)));
    await orphanedPlacements(w.deps).reconcile();
    expectInOneCell(w, uuid);
  });

  itKeepsTheOperationLaws(routeBuild, async () => {
    const cells = [new StubCell('a', 2), new StubCell('b', 2)];
    const w = await aWorld(cells);
    const { uuid } = await w.accept();
    await w.directory.write.deleteFrom('operations').execute();
    return {
      store: createSqlOperationStore(w.directory),
      deps: w.deps,
      params: { uuid },
      subject: uuid,
      expectDone: async () => {
        const home = await w.until(uuid, 'placed');
        expect(cells.find(({ id }) => id === home.cellId)?.instances.get(uuid)?.epoch).toBe(home.epoch);
        expectInOneCell(w, uuid);
      },
      expectUndone: async () => {
        expect(await w.home(uuid)).toMatchObject({ state: 'buried' });
        w.skip(60_000);
        await orphanedPlacements(w.deps).reconcile();
        expect(w.countOfCells(uuid)).toBe(0);
      },
      close: () => w.close(),
    };
  });

  itKeepsTheOperationLaws(deleteArrived, async () => {
    const a = new StubCell('a', 1);
    const w = await aWorld([a]);
    const uuid = randomUUID();
    return {
      store: createSqlOperationStore(w.directory),
      deps: w.deps,
      params: { uuid, cellId: a.id },
      subject: uuid,
      expectDone: async () => expect(a.deleted).toContain(uuid),
      expectUndone: async () => expect(a.deleted).toEqual([]),
      close: () => w.close(),
    };
  });

  /** A server is placed, the delete is recorded while its cell is silent, and the cell has released the failed build. */
  async function deletedWhileReleased(w: World, cells: readonly StubCell[]) {
    const { uuid, build } = await placedBuild(w);
    const { cellId, epoch } = (await w.home(uuid)) ?? { cellId: null, epoch: 0 };
    const left = cells.find(({ id }) => id === cellId);
    if (left === undefined) throw new Error('the server is in no cell');
    left.mood = 'dead';
    const params = { uuid, cellId: left.id, isAdmin: false };
    const asked = { subject: uuid, params, requestId: 'req', userId: 'u', projectId: build.projectId };
    await w.directory.transaction((tx) => beginOperations(tx, DELETE_ARRIVED, [asked], Date.now()));
    left.instances.delete(uuid);
    left.released.add(uuid);
    const reopen = (tx: DirectoryTx) => reopenHome(tx, uuid, { cellId: left.id, epoch }, Date.now());
    return { uuid, build, left, reopen };
  }
  async function placedBuild(w: World) {
    const build = await w.accept();
    await w.startEngine();
    await w.until(build.uuid, 'placed');
    return { uuid: build.uuid, build };
  }

  it('a recorded delete ends a build that its cell has released', async () => {
    const cells = [new StubCell('a', 1), new StubCell('b', 1)];
    const w = await inWorld(...cells);
    const { uuid, left, reopen } = await deletedWhileReleased(w, cells);
    expect(await w.directory.transaction(reopen)).toBe(true);
    left.mood = 'well';
    await w.until(uuid, 'deleted');
    await w.untilIdle();
    expect(await w.inUse()).toBe(0);
    expect(w.countOfCells(uuid)).toBe(0);
  });

  it('a recorded delete follows a released build into the cell that takes it meanwhile', async () => {
    const cells = [new StubCell('a', 1), new StubCell('b', 1)];
    const w = await inWorld(...cells);
    const { uuid, build, left, reopen } = await deletedWhileReleased(w, cells);
    const next = cells.find((cell) => cell !== left);
    if (next === undefined) throw new Error('no other cell');
    const told = Promise.withResolvers<void>();
    next.beforeAnswer = async () => {
      left.mood = 'well';
      await waitUntil('the delete to be told to the home', async () => (await w.home(uuid))?.deleteRequested);
      told.resolve();
    };
    await w.directory.transaction(async (tx) => {
      await reopen(tx);
      await beginRouting(tx, [build], Date.now(), [left.id]);
    });
    await told.promise;
    await waitUntil('the delete in the other cell', async () => next.deleted.includes(uuid));
    await w.untilIdle();
    expect(left.deleted).toEqual([]);
  });

  it('a recorded delete waits while the release of the build is not recorded', async () => {
    const cells = [new StubCell('a', 1), new StubCell('b', 1)];
    const w = await inWorld(...cells);
    const { uuid, left, reopen } = await deletedWhileReleased(w, cells);
    left.mood = 'well';
    const tries = w.directory.read
      .selectFrom('operations')
      .select('lease_token')
      .where('kind', '=', DELETE_ARRIVED.kind);
    const before = Number((await tries.executeTakeFirstOrThrow()).lease_token);
    await waitUntil('two more tries', async () => {
      const { lease_token: now } = await tries.executeTakeFirstOrThrow();
      return Number(now) >= before + 2;
    });
    expect((await w.home(uuid))?.state).toBe('placed');
    await w.directory.transaction(reopen);
    await w.until(uuid, 'deleted');
  });

  it('needs no worker that knows more than the row', async () => {
    const w = await inWorld(new StubCell('a', 1));
    const { uuid } = await w.accept();
    const engine = await w.startEngine();
    engine.wake(randomUUID());
    await w.until(uuid, 'placed');
  });
});
