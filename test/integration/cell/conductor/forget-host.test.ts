import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { waitUntil } from '../../../support/wait-until.ts';
import { aFlavor, anActor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { silenceHost } from './support/silent-host.ts';
import { useCellWorld } from './support/use-cell-world.ts';

describe('a host whose record is deleted', () => {
  let world: CellWorld;
  useCellWorld({ hosts: 3 }, (made) => {
    world = made;
  });
  const namesOf = async () => (await world.door.listHosts({})).hosts.map(({ name }) => name);
  const forget = (n: number) => world.door.forgetService({ id: world.host(n).id });

  it('stays while instances or migrations need it', async () => {
    const uuid = await world.anActiveInstance(0);
    await expect(forget(0)).rejects.toMatchObject({ kind: 'conflict', message: expect.stringContaining('hosting') });
    await world.act(uuid, 'resize', { flavor: aFlavor({ id: '2' }), hostId: world.host(1).id });
    await world.until(uuid, 'resized');
    await expect(forget(0)).rejects.toMatchObject({ message: expect.stringContaining('in-progress migrations') });
    await expect(forget(1)).rejects.toMatchObject({ message: expect.stringContaining('hosting') });
    expect(await namesOf()).toEqual(['host-1', 'host-2', 'host-3']);
    await world.act(uuid, 'delete');
    await waitUntil('nothing to be left', async () => {
      const { read } = world.test.database;
      return (await read.selectFrom('guests').select('id').execute()).length === 0;
    });
  });

  it('is gone from all lists, and schedulers learn it', async () => {
    const before = await world.door.watchHosts({ cursor: null, waitMs: 0 });
    expect(before.hosts.map(({ name }) => name)).toContain('host-3');
    await forget(2);
    expect(await namesOf()).toEqual(['host-1', 'host-2']);
    // Other hosts may change meanwhile, by work that just ends on them.
    let after = before;
    await waitUntil('the feed to tell all hosts', async () => {
      after = await world.door.watchHosts({ cursor: after.cursor, waitMs: 5_000 });
      return after.complete;
    });
    expect(after.hosts.map(({ name }) => name).sort()).toEqual(['host-1', 'host-2']);
    expect((await world.door.listServices({})).services.map(({ host }) => host)).not.toContain('host-3');
    await expect(forget(2)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(world.door.forgetService({ id: randomUUID() })).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('stays while its compute agent may still remove guests, though it was declared dead', async () => {
    const uuid = await world.anActiveInstance(1);
    world.agents.guestFate = ({ power }) => (power === 'absent' ? 'silence' : 'settle');
    await world.door.updateService({ id: world.host(1).id, forcedDown: true });
    await world.act(uuid, 'delete');
    await world.untilGone(uuid);
    await expect(forget(1)).rejects.toMatchObject({ kind: 'conflict', message: expect.stringContaining('hosting') });
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    await waitUntil('the guest to be gone', async () => (await world.leftovers()).guests === 0);
    await world.door.updateService({ id: world.host(1).id, forcedDown: false });
  });

  it('takes along what is left of guests that were to be removed from a dead host', async () => {
    const uuid = await world.anActiveInstance(1);
    world.agents.bindingFate = (binding) => (binding.hostName === 'host-2' ? 'silence' : 'settle');
    await silenceHost(world, world.host(1).id);
    await world.door.updateService({ id: world.host(1).id, forcedDown: true });
    await world.act(uuid, 'evacuate', { hostId: world.host(0).id }, anActor({ isAdmin: true }));
    await waitUntil('the evacuation', async () => {
      const { host, taskState } = await world.get(uuid);
      return host === 'host-1' && taskState === null;
    });
    const page = { filter: { instanceUuid: uuid }, after: null, limit: 10 };
    expect((await world.door.listMigrations(page)).migrations).toMatchObject([
      { type: 'evacuation', status: 'done', sourceCompute: 'host-2', destCompute: 'host-1' },
    ]);
    await forget(1);
    const { read } = world.test.database;
    for (const table of ['guests', 'claims', 'port_bindings'] as const) {
      const rows = await read.selectFrom(table).select('host_id').where('host_id', '=', world.host(1).id).execute();
      expect(rows).toEqual([]);
    }
    expect(await world.get(uuid)).toMatchObject({ host: 'host-1', vmState: 'active' });
    world.agents.bindingFate = () => 'settle';
  });
});
