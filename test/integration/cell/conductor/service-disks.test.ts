import { describe, expect, it } from 'vitest';
import { aServiceDisk } from '../../../support/a-service-disk.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aFlavor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useAuditedCellWorld } from './support/use-cell-world.ts';

describe('the disks of services', () => {
  let world: CellWorld;
  useAuditedCellWorld({ hosts: 3, total: { vcpus: 1_000, ramMb: 1_000_000, diskGb: 10_000 } }, (made) => {
    world = made;
  });
  const untilIdle = (uuid: string) =>
    waitUntil('the server to be idle', async () => (await world.get(uuid)).taskState === null);
  const idsOf = async (uuid: string) => ((await world.get(uuid)).attachedDisks ?? []).map(({ id }) => id);
  const guestsOn = (uuid: string) => [...world.agents.guests.values()].filter(({ spec }) => spec.instanceUuid === uuid);
  const guestDisks = (uuid: string) => guestsOn(uuid).map(({ parts }) => parts?.disks.map(({ id }) => id) ?? []);

  it('come and go while it runs, each with a unit of its own', async () => {
    const uuid = await world.anActiveInstance();
    const [one, two, three] = [aServiceDisk(), aServiceDisk({ bus: 'scsi' }), aServiceDisk()];
    for (const disk of [one, two]) {
      await world.act(uuid, 'attachDisk', { disk });
      await untilIdle(uuid);
    }
    expect(guestDisks(uuid)).toEqual([[one.id, two.id]]);
    expect(await idsOf(uuid)).toEqual([one.id, two.id]);
    await expect(world.act(uuid, 'attachDisk', { disk: one })).rejects.toMatchObject({ kind: 'conflict' });

    await world.act(uuid, 'detachDisk', { diskId: one.id });
    await untilIdle(uuid);
    expect([guestDisks(uuid), await idsOf(uuid)]).toEqual([[[two.id]], [two.id]]);
    await expect(world.act(uuid, 'detachDisk', { diskId: one.id })).rejects.toMatchObject({ kind: 'not-found' });
    await world.act(uuid, 'attachDisk', { disk: three });
    await untilIdle(uuid);
    expect((await world.get(uuid)).attachedDisks).toMatchObject([
      { id: two.id, unit: 1 },
      { id: three.id, unit: 0 },
    ]);
    const { actions } = await world.door.listActions({ uuid });
    expect(actions.map(({ action }) => action)).toEqual([
      ...['attach_volume', 'detach_volume', 'attach_volume', 'attach_volume', 'create'],
    ]);
  });

  it('stay as they were when the host cannot connect or the guest does not give up', async () => {
    const uuid = await world.anActiveInstance();
    const disk = aServiceDisk();
    world.agents.guestFate = ({ parts }) =>
      parts?.disks.length === 1 ? { message: 'the server of the disk is away', permanent: true } : 'settle';
    await world.act(uuid, 'attachDisk', { disk });
    await untilIdle(uuid);
    world.agents.guestFate = () => 'settle';
    expect(await world.get(uuid)).toMatchObject({
      vmState: 'active',
      fault: { message: 'the server of the disk is away' },
    });
    expect([guestDisks(uuid), await idsOf(uuid)]).toEqual([[[]], []]);

    await world.act(uuid, 'attachDisk', { disk });
    await untilIdle(uuid);
    world.agents.guestFate = ({ parts }) =>
      parts?.disks.length === 0 ? { message: 'the guest keeps its disk', permanent: true } : 'settle';
    await world.act(uuid, 'detachDisk', { diskId: disk.id });
    await untilIdle(uuid);
    world.agents.guestFate = () => 'settle';
    expect(await world.get(uuid)).toMatchObject({
      vmState: 'active',
      fault: { message: 'the guest keeps its disk' },
    });
    await waitUntil('the guest to have its disk', () => guestDisks(uuid)[0]?.[0] === disk.id);
    expect(await idsOf(uuid)).toEqual([disk.id]);
  });

  it('are refused in words: a kind that the host does not know, one too many, a state that does not fit', async () => {
    const uuid = await world.anActiveInstance();
    const unknown = aServiceDisk({ connection: { kind: 'rbd', data: { pool: 'volumes' } } });
    await expect(world.act(uuid, 'attachDisk', { disk: unknown })).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining('of kind rbd, which the host cannot connect; it can connect nbd'),
    });
    for (let unit = 0; unit < 8; unit++) {
      await world.act(uuid, 'attachDisk', { disk: aServiceDisk() });
      await untilIdle(uuid);
    }
    await expect(world.act(uuid, 'attachDisk', { disk: aServiceDisk() })).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining('The maximum allowed number of disk devices (8)'),
    });
    await world.act(uuid, 'suspend');
    await world.until(uuid, 'suspended');
    const [first] = await idsOf(uuid);
    await expect(world.act(uuid, 'detachDisk', { diskId: first })).rejects.toMatchObject({
      kind: 'conflict',
      details: { attribute: 'vm_state', state: 'suspended' },
    });
  });

  it('go with the server to another host, and come back as they are by then', async () => {
    const uuid = await world.anActiveInstance(0);
    const [one, two] = [aServiceDisk(), aServiceDisk()];
    await world.act(uuid, 'attachDisk', { disk: one });
    await untilIdle(uuid);
    await world.act(uuid, 'resize', { flavor: aFlavor({ id: '2' }), hostId: world.host(1).id });
    await world.until(uuid, 'resized');
    expect(guestDisks(uuid)).toEqual([[one.id], [one.id]]);
    await world.act(uuid, 'attachDisk', { disk: two });
    await untilIdle(uuid);
    await world.act(uuid, 'detachDisk', { diskId: one.id });
    await untilIdle(uuid);
    await world.act(uuid, 'revertResize');
    await world.until(uuid, 'active');
    expect(guestDisks(uuid)).toEqual([[two.id]]);
  });

  it("stay the server's when somebody interrupts their detachment", async () => {
    const uuid = await world.anActiveInstance();
    const disk = aServiceDisk();
    await world.act(uuid, 'attachDisk', { disk });
    await untilIdle(uuid);
    world.agents.guestFate = () => 'silence';
    await world.act(uuid, 'detachDisk', { diskId: disk.id });
    await world.act(uuid, 'resetState', { state: 'active' });
    world.agents.guestFate = () => 'settle';
    await waitUntil('the guest to have its disk', () => guestDisks(uuid)[0]?.[0] === disk.id);
    expect(await idsOf(uuid)).toEqual([disk.id]);
  });
});
