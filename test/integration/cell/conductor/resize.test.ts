import { describe, expect, it } from 'vitest';
import { waitUntil } from '../../../support/wait-until.ts';
import { aFlavor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useAuditedCellWorld } from './support/use-cell-world.ts';

describe('resizing', () => {
  let world: CellWorld;
  useAuditedCellWorld({ hosts: 2 }, (made) => {
    world = made;
  });
  const flavor = aFlavor({ id: '2', name: 'm1.small', vcpus: 2, ramMb: 1024 });
  const guestsOf = (uuid: string) =>
    world.test.database.read.selectFrom('guests').selectAll().where('instance_uuid', '=', uuid).execute();
  const portsOf = (uuid: string) =>
    world.test.database.read.selectFrom('port_bindings').selectAll().where('instance_uuid', '=', uuid).execute();
  const settled = (uuid: string, hostIndex: number) =>
    waitUntil('one guest and its port', async () => {
      const [guests, ports] = await Promise.all([guestsOf(uuid), portsOf(uuid)]);
      const here = world.host(hostIndex).id;
      return (
        guests.length === 1 && guests[0]?.host_id === here && ports.length === 1 && ports[0]?.guest_id === guests[0].id
      );
    });

  for (const target of [0, 1]) {
    const where = target === 0 ? 'the same host' : 'another host';

    it(`to ${where}, and confirms`, async () => {
      const uuid = await world.anActiveInstance(0);
      await world.act(uuid, 'resize', { flavor, hostId: world.host(target).id });
      const resized = await world.until(uuid, 'resized');
      expect(resized).toMatchObject({ flavor: { id: '2' }, oldFlavor: { id: '1' }, host: `host-${target + 1}` });
      expect(await guestsOf(uuid)).toHaveLength(2);
      const made = [...world.agents.guests.values()].find(
        (guest) => guest.spec.instanceUuid === uuid && guest.power === 'running',
      );
      expect(made?.spec).toMatchObject({ vcpus: 2, ramMb: 1024, diskSource: { hostName: 'host-1' } });
      await world.act(uuid, 'confirmResize');
      expect(await world.until(uuid, 'active')).toMatchObject({ flavor: { id: '2' }, oldFlavor: null });
      await settled(uuid, target);
    });

    it(`to ${where}, and reverts`, async () => {
      const uuid = await world.anActiveInstance(0);
      await world.act(uuid, 'resize', { flavor, hostId: world.host(target).id });
      await world.until(uuid, 'resized');
      await world.act(uuid, 'revertResize');
      expect(await world.until(uuid, 'active')).toMatchObject({
        flavor: { id: '1' },
        oldFlavor: null,
        host: 'host-1',
        powerState: 'running',
      });
      await settled(uuid, 0);
    });
  }

  it('keeps the disk config of its request', async () => {
    const uuid = await world.anActiveInstance(0);
    expect((await world.get(uuid)).diskConfig).toBe('MANUAL');
    await world.act(uuid, 'resize', { flavor, hostId: world.host(1).id, diskConfig: 'AUTO' });
    expect(await world.until(uuid, 'resized')).toMatchObject({ diskConfig: 'AUTO', flavor: { id: '2' } });
    await world.act(uuid, 'revertResize');
    expect(await world.until(uuid, 'active')).toMatchObject({ diskConfig: 'AUTO', flavor: { id: '1' } });
  });

  it('keeps a stopped server stopped', async () => {
    const uuid = await world.anActiveInstance(0);
    await world.act(uuid, 'stop');
    await world.until(uuid, 'stopped');
    await world.act(uuid, 'resize', { flavor, hostId: world.host(1).id });
    await world.until(uuid, 'resized');
    await world.act(uuid, 'confirmResize');
    expect(await world.until(uuid, 'stopped')).toMatchObject({ powerState: 'shutdown' });
  });

  it('leaves everything as it was when no host has capacity, or when the new guest cannot be created', async () => {
    const uuid = await world.anActiveInstance(0);
    const huge = aFlavor({ id: '9', ramMb: 10_000_000 });
    await world.act(uuid, 'resize', { flavor: huge, hostId: world.host(1).id });
    await waitUntil('the fault', async () => (await world.get(uuid)).fault);
    expect(await world.until(uuid, 'active')).toMatchObject({
      flavor: { id: '1' },
      fault: { message: 'No valid host was found. Host host-2 does not have enough capacity left.' },
    });
    world.agents.guestFate = (guest) =>
      guest.hostName === 'host-2' && guest.power === 'running' ? { message: 'disk broke', permanent: true } : 'settle';
    const { operationId } = await world.act(uuid, 'resize', { flavor, hostId: world.host(1).id });
    await waitUntil('the end', async () => (await world.door.getOperation({ id: operationId })).finishedAt);
    expect(await world.until(uuid, 'active')).toMatchObject({
      flavor: { id: '1' },
      host: 'host-1',
      fault: { message: 'disk broke' },
    });
    await settled(uuid, 0);
    const running = [...world.agents.guests.values()].filter((guest) => guest.spec.instanceUuid === uuid);
    expect(running).toMatchObject([{ hostName: 'host-1', power: 'running' }]);
  });
});
