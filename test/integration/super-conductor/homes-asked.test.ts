import { randomUUID } from 'node:crypto';
import type { Kysely, KyselyPlugin } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { giveUpHome } from '#platform/directory/stores/homes/placing.ts';
import { addOrphanedPlacement, removeOrphanedPlacement } from '#platform/directory/stores/orphaned-placements.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { homes } from '../../../super-conductor/auditors/homes.ts';
import { withHomes } from '../../../super-conductor/homes/instances-in-cell.ts';
import { CellNotices } from '../../../super-conductor/notices/cell-notices.ts';
import { homesAsked } from '../../../super-conductor/notices/homes-asked.ts';
import { setHome } from '../../support/set-home.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { StubCell } from './stub-cell.ts';
import { aWorld, type World } from './world.ts';

describe('what a returning cell is told', () => {
  let world: World | undefined;
  afterEach(() => world?.close());
  const start = async (...cells: StubCell[]) => {
    world = await aWorld(cells);
    await world.startEngine();
    return world;
  };
  const write = (w: World, uuid: string, values: Parameters<typeof setHome>[2]) =>
    w.directory.transaction((tx) => setHome(tx, uuid, values, w.deps.clock.now()));

  it('is which of its instances live elsewhere or nowhere, and nothing else', async () => {
    const a = new StubCell('a', 4);
    const w = await start(a);
    const uuids: string[] = [];
    for (let at = 0; at < 5; at++) uuids.push((await w.accept()).uuid);
    for (const uuid of uuids) await w.until(uuid, 'placed');
    const [stays = '', elsewhere = '', deleted = '', moving = '', orphaned = ''] = uuids;
    const epoch = (await w.home(stays))?.epoch ?? 0;
    const otherCell = randomUUID();
    await write(w, elsewhere, { cell_id: otherCell, epoch: epoch + 1 });
    await write(w, deleted, { state: 'deleted' });
    await write(w, moving, { cell_id: otherCell, epoch: epoch + 1, moving_operation_id: randomUUID() });
    await write(w, orphaned, { cell_id: otherCell, epoch: epoch + 1 });
    await w.directory.transaction((tx) => addOrphanedPlacement(tx, { instanceUuid: orphaned, cellId: a.id, epoch }, 0));
    const unknown = randomUUID();
    a.instances.set(unknown, { epoch: 1, host: 'a-host-0', buried: false });

    await homesAsked(a.cell, w.deps, silentLogger);
    expect(a.quarantined.map(({ uuid }) => uuid).sort()).toEqual([elsewhere, deleted].sort());
    expect([...a.instances.keys()].sort()).toEqual([stays, moving, orphaned, unknown].sort());
    await homesAsked(a.cell, w.deps, silentLogger);
    expect(a.quarantined).toHaveLength(2);
  });

  it('ignores an orphaned placement that is recorded, or removed, between two reads of the directory', async () => {
    const a = new StubCell('a', 4);
    const w = await start(a);
    const { uuid } = await w.accept();
    const { epoch } = await w.until(uuid, 'placed');
    await write(w, uuid, { state: 'accepted', cell_id: null, epoch: epoch + 1, placing_cell_id: a.id });
    const orphaned = { instanceUuid: uuid, cellId: a.id, epoch: epoch + 1 };
    const verdictWith = async (afterFirstRead: () => Promise<void>) => {
      const presentHere = [{ uuid, epoch: epoch + 1, moving: false }];
      const [one] = await withHomes(a.cell, presentHere, { ...w.directory, read: afterReads(w, afterFirstRead) });
      return one?.verdict;
    };

    const noted = await verdictWith(() =>
      w.directory.transaction((tx) =>
        giveUpHome(
          tx,
          uuid,
          {
            fault: { code: 500, message: 'given up', details: null, createdAt: new Date(0).toISOString() },
            decision: null,
          },
          { cellId: a.id, askedAt: 0 },
          0,
        ),
      ),
    );
    expect(noted).toEqual({ kind: 'fine' });
    expect((await w.home(uuid))?.state).toBe('buried');
    const removed = await verdictWith(() => w.directory.transaction((tx) => removeOrphanedPlacement(tx, orphaned)));
    expect(removed).toEqual({ kind: 'fine' });
    expect(await verdictWith(async () => undefined)).toMatchObject({ kind: 'quarantine' });
  });

  it.each([
    ['the same page again and again', () => Array.from({ length: 500 }, (_, at) => idNumber(at + 1))],
    ['more than a page', () => Array.from({ length: 501 }, (_, at) => idNumber(at + 1))],
    ['ids in no order', () => [idNumber(2), idNumber(1)]],
  ])('ends soon, for its auditor too, when the cell lists %s', async (_, page) => {
    const a = new StubCell('a', 1);
    const w = await start(a);
    let pages = 0;
    Object.assign(a.cell.door, {
      listPresent: async () => {
        pages += 1;
        if (pages > 100) throw new Error('asked without end');
        return { instances: page().map((uuid) => ({ uuid, epoch: 1, moving: false })) };
      },
    });
    await expect(homesAsked(a.cell, w.deps, silentLogger)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await homes(w.deps, silentLogger).look()).toEqual([]);
    expect(pages).toBeLessThanOrEqual(4);
  });

  it('is no long list of differences, however much the cell makes up', async () => {
    const a = new StubCell('a', 1);
    const w = await start(a);
    for (let at = 1; at <= 3_000; at++) a.instances.set(idNumber(at), { epoch: 1, host: null, buried: false });
    expect((await homes(w.deps, silentLogger).look()).length).toBeLessThanOrEqual(1_000);
  });

  it('is read once for many questions of one moment', async () => {
    const a = new StubCell('a', 1);
    const w = await start(a);
    for (let at = 0; at < 50; at++) a.tell('homes-asked', idNumber(at), 0);
    let lists = 0;
    const { listPresent } = a.cell.door;
    Object.assign(a.cell.door, {
      listPresent: (page: Parameters<typeof listPresent>[0]) => {
        lists += 1;
        return listPresent(page);
      },
    });
    const notices = new CellNotices(w.deps, () => undefined, silentLogger);
    await notices.start();
    await waitUntil('the questions to be answered', () => a.notices.size === 0);
    await notices.stop();
    expect(lists).toBe(1);
  });

  it('comes when it asks, again until it could be told', async () => {
    const a = new StubCell('a', 1);
    const w = await start(a);
    const { uuid } = await w.accept();
    const { epoch } = await w.until(uuid, 'placed');
    await write(w, uuid, { cell_id: randomUUID(), epoch: epoch + 1 });
    let refusals = 2;
    a.beforeQuarantine = async () => {
      if (refusals-- > 0) throw new Error('not now');
    };
    a.tell('homes-asked', '00000000-0000-0000-0000-000000000000', 0);
    const notices = new CellNotices(w.deps, () => undefined, silentLogger);
    await notices.start();
    await waitUntil('the question to be answered', () => a.notices.size === 0);
    await notices.stop();
    expect(a.quarantined.map((one) => one.uuid)).toEqual([uuid]);
    expect(refusals).toBe(-1);
  });
});

const idNumber = (at: number): string => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;

/** The directory's reads, with something that happens once the first of them is answered. */
function afterReads(w: World, happens: () => Promise<void>) {
  let first = true;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      if (first) await happens();
      first = false;
      return result;
    },
  };
  return (w.directory.schema as Kysely<DirectoryTables>).withPlugin(plugin);
}
