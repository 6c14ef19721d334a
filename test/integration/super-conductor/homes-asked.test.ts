import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { addStray } from '#platform/directory/stores/stray-builds.ts';
import { silentLogger } from '#platform/logging/logger.ts';
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
    for (const uuid of uuids) await w.until(uuid, 'homed');
    const [stays = '', elsewhere = '', deleted = '', moving = '', stray = ''] = uuids;
    const epoch = (await w.home(stays))?.epoch ?? 0;
    const otherCell = randomUUID();
    await write(w, elsewhere, { cell_id: otherCell, epoch: epoch + 1 });
    await write(w, deleted, { state: 'deleted' });
    await write(w, moving, { cell_id: otherCell, epoch: epoch + 1, moving_operation_id: randomUUID() });
    await write(w, stray, { cell_id: otherCell, epoch: epoch + 1 });
    await w.directory.transaction((tx) => addStray(tx, { instanceUuid: stray, cellId: a.id, epoch }, 0));
    const unknown = randomUUID();
    a.instances.set(unknown, { epoch: 1, host: 'a-host-0', buried: false });

    await homesAsked(a.cell, w.deps, silentLogger);
    expect(a.aside.map(({ uuid }) => uuid).sort()).toEqual([elsewhere, deleted].sort());
    expect([...a.instances.keys()].sort()).toEqual([stays, moving, stray, unknown].sort());
    await homesAsked(a.cell, w.deps, silentLogger);
    expect(a.aside).toHaveLength(2);
  });

  it('comes when it asks, again until it could be told', async () => {
    const a = new StubCell('a', 1);
    const w = await start(a);
    const { uuid } = await w.accept();
    const { epoch } = await w.until(uuid, 'homed');
    await write(w, uuid, { cell_id: randomUUID(), epoch: epoch + 1 });
    let refusals = 2;
    a.beforeAside = async () => {
      if (refusals-- > 0) throw new Error('not now');
    };
    a.tell('homes-asked', '00000000-0000-0000-0000-000000000000', 0);
    const notices = new CellNotices(w.deps, () => undefined, silentLogger);
    await notices.start();
    await waitUntil('the question to be answered', () => a.notices.size === 0);
    await notices.stop();
    expect(a.aside.map((one) => one.uuid)).toEqual([uuid]);
    expect(refusals).toBe(-1);
  });
});
