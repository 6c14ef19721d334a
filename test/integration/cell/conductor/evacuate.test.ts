import { afterEach, describe, expect, it } from 'vitest';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBuild, anActor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { hearHost, silenceHost } from './support/silent-host.ts';
import { useCellWorld } from './support/use-cell-world.ts';

describe('an evacuation', () => {
  let world: CellWorld;
  useCellWorld({ hosts: 3 }, (made) => {
    world = made;
  });
  const evacuate = (uuid: string, params: Readonly<Record<string, unknown>> = {}, actor = anActor({ isAdmin: true })) =>
    world.act(uuid, 'evacuate', { hostId: world.host(1).id, ...params }, actor);
  const forceDown = (index: number, forcedDown: boolean) =>
    world.door.updateService({ id: world.host(index).id, forcedDown });
  const guestsOf = (uuid: string) =>
    world.test.database.read.selectFrom('guests').selectAll().where('instance_uuid', '=', uuid).execute();
  /** The host dies: nothing is heard of its guests any more. */
  async function lose(index: number) {
    const { id, name } = world.host(index);
    world.agents.bindingFate = (binding) => (binding.hostName === name ? 'silence' : 'settle');
    await silenceHost(world, id);
    await forceDown(index, true);
  }
  afterEach(async () => {
    world.agents.guestFate = () => 'settle';
    world.agents.bindingFate = () => 'settle';
    for (const { id } of world.hosts) await hearHost(world, id);
    await world.agents.workGuests(null);
    await world.agents.workBindings(null);
  });

  it('is refused while the host of the server is up', async () => {
    const uuid = await world.anActiveInstance(0);
    await expect(evacuate(uuid)).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('Compute service of host-1 is still in use.'),
    });
    expect(await world.get(uuid)).toMatchObject({ vmState: 'active', taskState: null, host: 'host-1' });
    expect(await guestsOf(uuid)).toMatchObject([{ power: 'running', settled: 1 }]);
  });

  it('is refused while only the network agent of the host is silent', async () => {
    const uuid = await world.anActiveInstance(0);
    const { write } = world.test.database;
    await write.updateTable('hosts').set({ up: 0 }).where('id', '=', world.host(0).id).execute();
    await expect(evacuate(uuid)).rejects.toMatchObject({ kind: 'invalid' });
    await write.updateTable('hosts').set({ up: 1 }).where('id', '=', world.host(0).id).execute();
  });

  it('makes the disks anew on another host, with the same id and ports, and the old host removes its guest when it is back', async () => {
    const build = aBuild();
    const uuid = await world.anActiveInstance(0, { build });
    const [old] = await guestsOf(uuid);
    await lose(0);
    await evacuate(uuid);
    expect((await world.get(uuid)).taskState).toBe('rebuilding');
    const after = await world.until(uuid, 'active');
    expect(after).toMatchObject({ host: 'host-2', powerState: 'running', fault: null });
    const guests = await guestsOf(uuid);
    expect(guests.find(({ id }) => id === old?.id)).toMatchObject({ role: 'leaving', power: 'absent' });
    const made = guests.find(({ role }) => role === 'current');
    expect(made).toMatchObject({ host_id: world.host(1).id, power: 'running' });
    expect(JSON.parse(made?.spec ?? '{}')).toMatchObject({ diskSource: null, nics: [{ portId: build.ports[0]?.id }] });

    world.agents.bindingFate = () => 'settle';
    await hearHost(world, world.host(0).id);
    await waitUntil('the old guest to be gone', async () => {
      await world.agents.workGuests(null);
      await world.agents.workBindings(null);
      return (await guestsOf(uuid)).length === 1;
    });
    await world.auditClaims();
  });

  it('leaves a stopped server stopped, and any server if it was asked to', async () => {
    const uuid = await world.anActiveInstance(0);
    const other = await world.anActiveInstance(0);
    await world.act(uuid, 'stop');
    await world.until(uuid, 'stopped');
    await lose(0);
    await evacuate(uuid);
    await evacuate(other, { stopped: true });
    for (const one of [uuid, other]) {
      expect(await world.until(one, 'stopped')).toMatchObject({ host: 'host-2', powerState: 'shutdown' });
      expect((await guestsOf(one)).find(({ role }) => role === 'current')).toMatchObject({ power: 'stopped' });
    }
  });

  it('waits for an old guest whose agent answers after all, and starts the new one when that has stopped', async () => {
    const uuid = await world.anActiveInstance(0);
    world.agents.guestFate = (guest) => (guest.hostName === 'host-1' ? 'silence' : 'settle');
    await forceDown(0, true);
    await evacuate(uuid);
    await waitUntil('it to wait', async () => {
      const { operations } = await world.door.listOperations({ subject: uuid, limit: 10 });
      return operations.some(
        ({ kind, steps }) => kind === 'evacuate' && steps.at(-1)?.message?.includes('to stop the old guest'),
      );
    });
    expect((await guestsOf(uuid)).map(({ role, power }) => [role, power])).toEqual([['current', 'stopped']]);
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-2' });
  });

  it('goes to an alternate host; without one the server is as before, and its guest goes on when its host is back', async () => {
    const uuid = await world.anActiveInstance(0);
    await lose(0);
    await forceDown(1, true);
    await evacuate(uuid, { alternates: [world.host(2).id] });
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-3' });

    const other = await world.anActiveInstance(2);
    await lose(2);
    await evacuate(other);
    expect(await world.until(other, 'active')).toMatchObject({
      host: 'host-3',
      fault: { message: expect.stringContaining('Host host-2 is down') },
    });
    expect(await guestsOf(other)).toMatchObject([{ role: 'current', power: 'running' }]);
  });

  it('ends with a delete that comes in between, and nothing is left', async () => {
    const uuid = await world.anActiveInstance(0);
    await lose(0);
    world.agents.guestFate = () => 'silence';
    await evacuate(uuid);
    await waitUntil('the new guest', async () => (await guestsOf(uuid)).length === 2);
    await world.act(uuid, 'delete');
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    await world.untilGone(uuid);
    await hearHost(world, world.host(0).id);
    await waitUntil('all guests to be gone', async () => {
      await world.agents.workGuests(null);
      return (await guestsOf(uuid)).length === 0;
    });
    await world.auditClaims();
  });
});
