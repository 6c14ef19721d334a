import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { MigrationFilter } from '#platform/objects/server-migration.ts';
import { dropMigrations } from '../../../../cell/database/stores/server-migrations.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aFlavor, anActor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useCellWorld } from './support/use-cell-world.ts';

describe('the record of migrations', () => {
  let world: CellWorld;
  useCellWorld({ hosts: 2 }, (made) => {
    world = made;
  });
  const flavor = aFlavor({ id: '2', vcpus: 2 });
  const list = async (filter: MigrationFilter) =>
    (await world.door.listMigrations({ filter, after: null, limit: 100 })).migrations;
  const of = (instanceUuid: string) => list({ instanceUuid });
  const untilStatus = (uuid: string, status: string) =>
    waitUntil(`a migration that is ${status}`, async () => {
      const [newest] = await of(uuid);
      return newest?.status === status ? newest : null;
    });
  async function resized(label?: string): Promise<string> {
    const uuid = await world.anActiveInstance(0);
    await world.act(uuid, 'resize', { flavor, hostId: world.host(1).id, ...(label === undefined ? {} : { label }) });
    await world.until(uuid, 'resized');
    return uuid;
  }

  it('has a resize from its beginning to its confirm', async () => {
    const uuid = await resized();
    const [record] = await of(uuid);
    expect(record).toMatchObject({
      ...{ type: 'resize', status: 'finished', instanceUuid: uuid, newFlavorId: '2' },
      ...{ sourceCompute: 'host-1', sourceNode: 'host-1', destCompute: 'host-2', destNode: 'host-2' },
      ...{ userId: anActor().userId, projectId: anActor().projectId, progress: null },
    });
    expect(record?.oldFlavorId).not.toBe('2');
    await world.act(uuid, 'confirmResize');
    const confirmed = await untilStatus(uuid, 'confirmed');
    expect(confirmed.id).toBe(record?.id);
    expect(confirmed.updatedAt).not.toBeNull();
    expect(await of(uuid)).toHaveLength(1);
  });

  it('has a migration that is reverted', async () => {
    const uuid = await resized('migrate');
    expect(await of(uuid)).toMatchObject([{ type: 'migration', status: 'finished' }]);
    await world.act(uuid, 'revertResize');
    await untilStatus(uuid, 'reverted');
  });

  it('has a resize that failed', async () => {
    const uuid = await world.anActiveInstance(0);
    world.agents.guestFate = (guest) =>
      guest.hostName === 'host-2' && guest.power !== 'absent' ? { message: 'disk broke', permanent: true } : 'settle';
    await world.act(uuid, 'resize', { flavor, hostId: world.host(1).id });
    await untilStatus(uuid, 'error');
    world.agents.guestFate = () => 'settle';
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-1' });
    expect(await of(uuid)).toMatchObject([{ destCompute: 'host-2' }]);
  });

  it('confirms a resize whose instance is deleted', async () => {
    const uuid = await resized();
    await world.act(uuid, 'delete');
    await untilStatus(uuid, 'confirmed');
  });

  it('ends with the move that its instance does not leave by', async () => {
    const uuid = await world.anActiveInstance(0);
    const call = { moveId: randomUUID(), uuid, token: 1, waitMs: 1_000, epoch: 1, actor: anActor({ isAdmin: true }) };
    await world.door.moveOut({ ...call, phase: 'begin' });
    expect(await of(uuid)).toMatchObject([{ id: call.moveId, type: 'migration', status: 'pre-migrating' }]);
    await world.door.moveOut({ ...call, phase: 'abort' });
    await untilStatus(uuid, 'error');
  });

  it('filters and pages, the newest first', async () => {
    const uuid = await resized();
    await world.act(uuid, 'revertResize');
    await world.until(uuid, 'active');
    await world.act(uuid, 'resize', { flavor, hostId: world.host(1).id });
    await world.until(uuid, 'resized');
    const all = await of(uuid);
    expect(all.map(({ status }) => status)).toEqual(['finished', 'reverted']);
    const [newest, oldest] = all;
    if (newest === undefined || oldest === undefined) throw new Error('two migrations');
    const after = { createdAt: newest.createdAt, id: newest.id };
    const page = { filter: { instanceUuid: uuid }, after, limit: 1 };
    expect((await world.door.listMigrations(page)).migrations).toEqual([oldest]);
    expect(await list({ ids: [oldest.id] })).toEqual([oldest]);
    const finds = async (filter: MigrationFilter) => (await list({ instanceUuid: uuid, ...filter })).length;
    expect(await finds({ host: 'host-2', statuses: ['finished'], type: 'resize' })).toBe(1);
    expect(await finds({ sourceCompute: 'host-2' })).toBe(0);
    expect(await finds({ projectId: 'nobody' })).toBe(0);
    expect(await finds({ userId: anActor().userId })).toBe(2);
    expect(await finds({ changesSince: '2099-01-01T00:00:00Z' })).toBe(0);
    expect(await finds({ changesBefore: '2099-01-01T00:00:00Z' })).toBe(2);
  });

  it('is forgotten some time after its instance', async () => {
    const uuid = await resized();
    const { database } = world.test;
    const later = Date.now() + 60_000;
    const drop = (before: number) => dropMigrations(database, before, 100);
    await drop(later);
    expect(await of(uuid)).toHaveLength(1);
    await database.write
      .updateTable('server_migrations')
      .set({ instance_uuid: randomUUID() })
      .where('instance_uuid', '=', uuid)
      .execute();
    expect(await drop(Date.now() - 60_000)).toBe(0);
    expect(await drop(later)).toBeGreaterThan(0);
  });
});
