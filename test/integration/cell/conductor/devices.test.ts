import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DeviceRequest } from '#platform/objects/device-request.ts';
import type { HostDevice } from '#platform/objects/host-device.ts';
import type { HostNode } from '#platform/objects/host-topology.ts';
import { aBuild as anyBuild } from '../../../support/a-build.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBuild, aBuildRequest, aFlavor, anActor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useAuditedCellWorld } from './support/use-cell-world.ts';

const NODES: HostNode[] = [0, 1].map((id) => ({
  ...{ id, shared: `${8 * id}-${8 * id + 3}`, dedicated: `${8 * id + 4}-${8 * id + 7}`, cores: [], ramMb: 4_096 },
  pages: [],
}));
/** The first four are near node 0, the others near node 1. */
const DEVICES: HostDevice[] = Array.from({ length: 8 }, (_, at) => ({
  ...{ address: `0000:81:0${at}.0`, vendorId: '10de', productId: '2230', type: 'type-PCI' as const },
  ...{ numaNode: at < 4 ? 0 : 1, resourceClass: 'PGPU' },
}));
const ADDRESSES = DEVICES.map(({ address }) => address);
const request = (count: number, affinity: DeviceRequest['affinity'] = 'legacy'): DeviceRequest => ({
  ...{ name: 'gpu', count, affinity },
  anyOf: [{ vendorId: '10de', productId: '2230' }],
});
const ONE = aFlavor({ id: '7', ramMb: 256, devices: [request(1)] });
const TWO_NEAR = aFlavor({
  ...{ id: '8', vcpus: 2, ramMb: 256, devices: [request(2, 'required')] },
  extraSpecs: { 'hw:cpu_policy': 'dedicated' },
});
const OF_CLASS = aFlavor({ id: '9', ramMb: 256, extraSpecs: { 'resources:PGPU': '3' } });

describe('guests with devices of their hosts', () => {
  let world: CellWorld;
  useAuditedCellWorld({ hosts: 2, nodes: NODES, devices: DEVICES, conductor: { auditEveryMs: 500 } }, (made) => {
    world = made;
  });
  const claimsOf = async (uuid: string) =>
    (await world.door.listClaims({ filter: { instanceUuids: [uuid] }, after: null, limit: 100 })).claims;
  const addressesOf = async (uuid: string): Promise<readonly string[]> =>
    (await claimsOf(uuid)).flatMap(({ devices = [] }) => devices.map(({ address }) => address));

  it('never share a device, however many ask at once, and all devices are given', async () => {
    const ask = (count: number) =>
      world.door.createInstances({
        requests: Array.from({ length: count }, () =>
          aBuildRequest(world.host(0).id, { build: aBuild({ flavor: ONE, ports: [] }) }),
        ),
        actor: anActor(),
      });
    const answers = (await Promise.all([1, 2, 1, 3, 1, 2].map(ask))).flatMap((answer) => answer.answers);
    const accepted = answers.filter((answer) => answer.accepted).map(({ uuid }) => uuid);
    expect(accepted).toHaveLength(8);
    expect(answers.flatMap((answer) => (answer.accepted ? [] : [answer.reason]))).toEqual([
      'pci-passthrough',
      'pci-passthrough',
    ]);
    const addresses = (await Promise.all(accepted.map(addressesOf))).flat();
    expect([...addresses].sort()).toEqual(ADDRESSES);
    for (const uuid of accepted) {
      await world.until(uuid, 'active');
      expect(world.specOf(uuid)?.devices?.map(({ address }) => address)).toEqual(await addressesOf(uuid));
    }
    expect(await world.hostNow(0)).toMatchObject({ devices: DEVICES, devicesUsed: ADDRESSES });
    await world.removeAll(accepted);
    expect(await world.hostNow(0)).not.toHaveProperty('devicesUsed');
  });

  it('get devices near their NUMA node, and go to the next host when none has enough', async () => {
    const uuids: string[] = [];
    for (let at = 0; at < 5; at++)
      uuids.push(
        await world.anActiveInstance(0, { build: aBuild({ flavor: TWO_NEAR }), alternates: [world.host(1).id] }),
      );
    const claims = (await Promise.all(uuids.map(claimsOf))).flat();
    for (const { guestId, devices = [] } of claims) {
      const { placement } = world.agents.guests.get(guestId)?.spec ?? {};
      expect(devices.map(({ numaNode }) => numaNode)).toEqual([0, 1].map(() => placement?.nodes[0]?.hostNode));
    }
    expect(new Set(claims.slice(0, 4).flatMap(({ devices = [] }) => devices.map(({ address }) => address))).size).toBe(
      8,
    );
    expect((await world.get(uuids[4] ?? '')).host).toBe('host-2');
    await world.removeAll(uuids);
  });

  it('claim others when they are resized or moved, and keep theirs when they are rebuilt or reverted', async () => {
    const uuid = await world.anActiveInstance(0, { build: aBuild({ flavor: ONE }) });
    const before = await addressesOf(uuid);
    const image = { ...anyBuild().image, id: randomUUID() };
    await world.act(uuid, 'rebuild', { image, changes: {}, preserveEphemeral: false });
    await world.until(uuid, 'active');
    expect(world.specOf(uuid)).toMatchObject({ image: { id: image.id }, devices: [{ address: before[0] }] });

    await world.act(uuid, 'resize', { flavor: OF_CLASS, hostId: world.host(1).id });
    await world.until(uuid, 'resized');
    expect(await world.hostNow(1)).toMatchObject({ devicesUsed: ADDRESSES.slice(0, 3) });
    await world.act(uuid, 'revertResize');
    await world.until(uuid, 'active');
    await waitUntil(
      'the other devices to be free',
      async () => (await world.hostNow(1))?.devicesUsed === undefined || null,
    );
    expect(await addressesOf(uuid)).toEqual(before);

    await world.act(uuid, 'resize', { flavor: aFlavor({ id: '2', ramMb: 256 }), hostId: world.host(1).id });
    await world.until(uuid, 'resized');
    await world.act(uuid, 'confirmResize');
    await waitUntil('its device to be free', async () => (await world.hostNow(0))?.devicesUsed === undefined || null);
    expect(world.specOf(uuid)).not.toHaveProperty('devices');
    await world.removeAll([uuid]);
  });

  it('are not suspended: what a device has in it cannot be saved', async () => {
    const uuid = await world.anActiveInstance(0, { build: aBuild({ flavor: ONE }) });
    await expect(world.act(uuid, 'suspend')).rejects.toMatchObject({ kind: 'conflict' });
    await world.removeAll([uuid]);
  });

  it('are counted again by the auditor', async () => {
    const uuid = await world.anActiveInstance(0, { build: aBuild({ flavor: ONE }) });
    const right = (await world.hostNow(0))?.devicesUsed;
    expect(right).toHaveLength(1);
    await world.test.database.write
      .updateTable('hosts')
      .set({ devices_used: null })
      .where('id', '=', world.host(0).id)
      .execute();
    await waitUntil(
      'the auditor to count',
      async () => (JSON.stringify((await world.hostNow(0))?.devicesUsed) === JSON.stringify(right) ? true : null),
      30_000,
    );
    await world.removeAll([uuid]);
  }, 60_000);
});
