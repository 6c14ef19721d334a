import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { cellsAndMoves } from '#platform/directory/stores/homes/cells-of-project.ts';
import { endHome, requestDelete } from '#platform/directory/stores/homes/deleting.ts';
import { getHome, getHomeWithBuild } from '#platform/directory/stores/homes/get-homes.ts';
import { listForgottenBuilds, listHomesInCells, listUnplaced } from '#platform/directory/stores/homes/list-homes.ts';
import {
  beginPlacing,
  beginPlacingElsewhere,
  giveUpHome,
  recordHome,
  reopenHome,
} from '#platform/directory/stores/homes/placing.ts';
import { addOrphanedPlacement, listOrphanedPlacements } from '#platform/directory/stores/orphaned-placements.ts';
import { projectUsages, takeQuota } from '#platform/directory/stores/quotas.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { aBuild } from '../../../support/a-build.ts';
import { setHome } from '../../../support/set-home.ts';
import { useTestDatabase } from '../../../support/use-test-database.ts';

const NOW = Date.parse('2026-05-01T12:00:00Z');
const A = randomUUID();
const B = randomUUID();
const FAULT = { code: 500, message: 'No valid host was found.', details: null, createdAt: '2026-05-01T12:00:00Z' };

describe('instance homes', () => {
  const db = useTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);

  it('accepts as many servers at once as a request may name, each with as much user data as it may have', async () => {
    const userData = 'x'.repeat(65_535);
    const builds = Array.from({ length: 300 }, () => aBuild({ projectId: 'bulky', userData }));
    await db.database.transaction((tx) => acceptBuilds(tx, builds, NOW));
    const [first] = builds;
    expect((await getHomeWithBuild(db.database.read, first?.uuid ?? ''))?.build.userData).toBe(userData);
    const listed = await listUnplaced(db.database.read, { projectId: 'bulky' });
    expect([listed.length, listed.some(({ build }) => build.userData !== null)]).toEqual([300, false]);
    await db.database.transaction(async (tx) => {
      for (const { uuid } of builds) await requestDelete(tx, uuid, NOW);
    });
  });

  const accept = async (rest: Partial<InstanceBuild> = {}): Promise<InstanceBuild> => {
    const build = aBuild(rest);
    await db.database.transaction(async (tx) => {
      await takeQuota(tx, build.projectId, { instances: 1, cores: 2, ram: 512 });
      await acceptBuilds(tx, [build], NOW);
    });
    return build;
  };
  const home = (uuid: string) => getHome(db.database.read, uuid);
  const placing = async (uuid: string, epoch: number, cellId: string, leaving: string | null = null) =>
    db.database.transaction((tx) =>
      leaving === null
        ? beginPlacing(tx, { uuid, epoch }, cellId, NOW, null)
        : beginPlacingElsewhere(tx, { uuid, epoch }, cellId, { cellId: leaving, askedAt: 5 }, NOW, null),
    );
  const record = (uuid: string, cellId: string, epoch: number) =>
    db.database.transaction((tx) => recordHome(tx, uuid, { cellId, epoch }, NOW));
  const placed = async (rest: Partial<InstanceBuild> = {}, cellId = A): Promise<InstanceBuild> => {
    const build = await accept(rest);
    await placing(build.uuid, 1, cellId);
    await record(build.uuid, cellId, 2);
    return build;
  };
  const askDelete = (uuid: string) => db.database.transaction((tx) => requestDelete(tx, uuid, NOW));
  const inUse = async (project: string) => (await projectUsages(db.database.read, project)).instances;
  const orphaned = async (uuid: string) =>
    (await listOrphanedPlacements(db.database.read, NOW, 1_000)).filter((placement) => placement.instanceUuid === uuid);

  it('are accepted with an operation each, which a waiting worker finds', async () => {
    const builds = [aBuild(), aBuild()];
    const ids = await db.database.transaction((tx) => acceptBuilds(tx, builds, NOW));
    const rows = await db.database.read
      .selectFrom('operations')
      .selectAll()
      .where('id', 'in', [...ids])
      .execute();
    expect(new Set(rows.map((row) => row.subject))).toEqual(new Set(builds.map((build) => build.uuid)));
    const [first] = builds;
    const stored = await getHomeWithBuild(db.database.read, first?.uuid ?? '');
    expect(stored).toMatchObject({ state: 'accepted', epoch: 1, cellId: null, build: first });
  });

  it('raise the epoch for each cell that is asked, and remember the one whose answer was lost', async () => {
    const { uuid } = await accept();
    expect(await placing(uuid, 1, A)).toBe(2);
    expect(await placing(uuid, 1, B)).toBeNull();
    expect(await placing(uuid, 2, B, A)).toBe(3);
    expect(await home(uuid)).toMatchObject({ epoch: 3, placingCellId: B, state: 'accepted' });
    expect(await orphaned(uuid)).toEqual([{ instanceUuid: uuid, cellId: A, epoch: 2 }]);
  });

  it('are recorded once; one under an old epoch is an orphaned placement', async () => {
    const { uuid } = await accept();
    await placing(uuid, 1, A);
    await placing(uuid, 2, B);
    expect(await record(uuid, B, 3)).toMatchObject({ state: 'placed', cellId: B });
    expect(await record(uuid, B, 3)).toMatchObject({ state: 'placed', cellId: B });
    expect(await orphaned(uuid)).toEqual([]);
    expect(await record(uuid, A, 2)).toMatchObject({ cellId: B, epoch: 3 });
    expect(await orphaned(uuid)).toEqual([{ instanceUuid: uuid, cellId: A, epoch: 2 }]);
  });

  it('that are orphaned in one cell do not hide those of another', async () => {
    const [dead, living] = [randomUUID(), randomUUID()];
    await db.database.transaction(async (tx) => {
      for (let age = 1; age <= 3; age++) {
        await addOrphanedPlacement(tx, { instanceUuid: randomUUID(), cellId: dead, epoch: 2 }, age);
      }
      await addOrphanedPlacement(tx, { instanceUuid: randomUUID(), cellId: living, epoch: 2 }, 4);
    });
    const listed = await listOrphanedPlacements(db.database.read, 5, 2);
    const of = (cellId: string) => listed.filter((placement) => placement.cellId === cellId).length;
    expect([of(dead), of(living)]).toEqual([2, 1]);
  });

  it('are deleted at once while no cell can have them, and release everything', async () => {
    const { uuid } = await accept({ projectId: 'deleting' });
    expect(await inUse('deleting')).toBe(1);
    expect(await askDelete(uuid)).toEqual({ outcome: 'deleted' });
    expect(await askDelete(uuid)).toEqual({ outcome: 'absent' });
    expect(await inUse('deleting')).toBe(0);
    expect(await home(uuid)).toMatchObject({ state: 'deleted' });
    expect(await askDelete(randomUUID())).toEqual({ outcome: 'absent' });
  });

  it('are only marked while they are being placed', async () => {
    const { uuid } = await accept({ projectId: 'marked' });
    await placing(uuid, 1, A);
    expect(await askDelete(uuid)).toEqual({ outcome: 'requested' });
    expect(await inUse('marked')).toBe(1);
    expect(await placing(uuid, 2, B)).toBeNull();
    expect(await record(uuid, A, 2)).toMatchObject({ state: 'placed', deleteRequested: true });
    expect(await askDelete(uuid)).toMatchObject({ outcome: 'placed', home: { cellId: A } });
  });

  it('are buried with a reason, keep counting, and are deleted from there', async () => {
    const { uuid } = await accept({ projectId: 'burying' });
    const bury = () =>
      db.database.transaction((tx) =>
        giveUpHome(tx, uuid, { fault: FAULT, decision: null }, { cellId: A, askedAt: 1 }, NOW),
      );
    await bury();
    expect(await home(uuid)).toMatchObject({ state: 'buried', fault: FAULT });
    expect(await inUse('burying')).toBe(1);
    expect(await orphaned(uuid)).toHaveLength(1);
    expect(await askDelete(uuid)).toEqual({ outcome: 'deleted' });
    await bury();
    expect(await home(uuid)).toMatchObject({ state: 'deleted' });
    expect(await inUse('burying')).toBe(0);
  });

  it('are reopened under a higher epoch, once', async () => {
    const { uuid } = await placed();
    const reopen = () => db.database.transaction((tx) => reopenHome(tx, uuid, { cellId: A, epoch: 2 }, NOW));
    expect([await reopen(), await reopen()]).toEqual([true, false]);
    expect(await home(uuid)).toMatchObject({ state: 'accepted', cellId: null, epoch: 3 });
    expect(await orphaned(uuid)).toEqual([{ instanceUuid: uuid, cellId: A, epoch: 2 }]);
  });

  it('are listed by where they are', async () => {
    const projectId = 'listing';
    const accepted = await accept({ projectId });
    const there = await placed({ projectId }, B);
    await placed({ projectId: 'other' }, A);
    const { read, write } = db.database;
    const where = (includeDeleted: boolean) => cellsAndMoves(read, projectId, { includeDeleted });
    expect(await where(false)).toEqual({ cellIds: [B], anyMoves: false });
    const gone = await placed({ projectId }, A);
    const { uuid } = gone;
    const moved = { moving_operation_id: randomUUID(), moving_cell_id: B, moving_epoch: 3 };
    await write.updateTable('instance_homes').set(moved).where('uuid', '=', there.uuid).execute();
    await db.database.transaction(async (tx) => {
      const home = await getHome(tx, uuid);
      if (home !== null) await endHome(tx, home, NOW);
    });
    expect(await where(false)).toEqual({ cellIds: [B], anyMoves: true });
    expect(new Set((await where(true)).cellIds)).toEqual(new Set([A, B]));
    await write
      .updateTable('instance_homes')
      .set({ moving_operation_id: null })
      .where('uuid', '=', there.uuid)
      .execute();
    expect((await listUnplaced(read, { projectId })).map(({ uuid }) => uuid)).toEqual([accepted.uuid]);
    const silent = await listHomesInCells(read, { cellIds: [A, B], projectId, limit: 10 });
    expect(silent.map(({ uuid, build }) => [uuid, build.name])).toEqual([[there.uuid, 'server']]);
    await askDelete(accepted.uuid);
    expect(await listUnplaced(read, { projectId })).toEqual([]);
    expect(await listUnplaced(read, { projectId, includeDeleted: true })).toHaveLength(1);
  });

  it('are forgotten when they are accepted and nobody works at them', async () => {
    const { uuid } = await accept();
    const forgotten = async () =>
      (await listForgottenBuilds(db.database.read, NOW + 60_000, 30_000, 1_000)).map((one) => one.uuid);
    expect(await forgotten()).not.toContain(uuid);
    await db.database.write.updateTable('operations').set({ finished_at: NOW }).where('subject', '=', uuid).execute();
    expect(await forgotten()).toContain(uuid);
  });

  it('lists what lives in a cell from any moment on, however many came after it', async () => {
    const cell = randomUUID();
    const at = (second: number) => NOW + second * 1_000;
    const builds = Array.from({ length: 5 }, (_, index) =>
      aBuild({ projectId: 'many', createdAt: new Date(at(index)).toISOString() }),
    );
    for (const [index, build] of builds.entries()) {
      await db.database.transaction(async (tx) => {
        await acceptBuilds(tx, [build], at(index));
        await setHome(tx, build.uuid, { state: 'placed', cell_id: cell }, at(index));
      });
    }
    const createdUpTo = new Date(at(2)).toISOString();
    const found = await listHomesInCells(db.database.read, { cellIds: [cell], createdUpTo, limit: 2 });
    expect(found.map(({ uuid }) => uuid)).toEqual([builds[2]?.uuid, builds[1]?.uuid]);
  });
});
