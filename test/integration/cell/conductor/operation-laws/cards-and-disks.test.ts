import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { GuestNic } from '#platform/objects/guest.ts';
import { type GuestParts, NO_PARTS } from '#platform/objects/guest-parts.ts';
import { bindingsOfPort, nicOf } from '../../../../../cell/conductor/operations/guests.ts';
import { type StoredSpec, setDesired, specOf } from '../../../../../cell/database/stores/guests.ts';
import { bindingsOf, insertBindings } from '../../../../../cell/database/stores/port-bindings.ts';
import { aNetwork } from '../../../../support/a-network.ts';
import { aServiceDisk } from '../../../../support/a-service-disk.ts';
import { waitUntil } from '../../../../support/wait-until.ts';
import { aPort } from '../support/build-requests.ts';
import { operationOf, useLawWorld } from '../support/law-world.ts';

const { world, lawsOf, guestWithRole } = useLawWorld();

const NEW_NETWORK = aNetwork({ id: randomUUID(), name: 'second' });
const withNics = async (uuid: string, change: (nics: readonly GuestNic[]) => GuestNic[]): Promise<StoredSpec> => {
  const guestId = await guestWithRole(uuid, 'current');
  const spec = await specOf(world().test.database.read, guestId);
  const nics = change(spec.nics);
  await world().test.database.transaction((tx) =>
    setDesired(tx, guestId, { power: 'running', spec: { ...spec, nics } }, Date.now()),
  );
  return spec;
};
const portsOf = async (uuid: string) => (await world().get(uuid)).ports.map(({ id }) => id);
const nicsOf = async (uuid: string): Promise<string[]> =>
  (await specOf(world().test.database.read, await guestWithRole(uuid, 'current'))).nics.map(({ portId }) => portId);

lawsOf({
  definition: operationOf('attachInterface'),
  begin: async () => {
    const uuid = await world().anActiveInstance(0);
    const guestId = await guestWithRole(uuid, 'current');
    const port = aPort({ networkId: NEW_NETWORK.id });
    const instance = await world().get(uuid);
    const build = { ...instance, ports: [...instance.ports, port], networks: [...instance.networks, NEW_NETWORK] };
    await withNics(uuid, (nics) => [...nics, nicOf({ port, network: NEW_NETWORK })]);
    const at = { guestId, hostId: world().host(0).id, epoch: instance.epoch };
    await world().test.database.transaction(async (tx) => {
      await insertBindings(tx, bindingsOfPort(build, { port, network: NEW_NETWORK }, at), Date.now());
      await tx
        .updateTable('instances')
        .set({ build: JSON.stringify(build) })
        .where('uuid', '=', uuid)
        .execute();
    });
    return { uuid, params: { guestId, portId: port.id } };
  },
  done: async (uuid) => {
    await world().until(uuid, 'active');
    expect(await nicsOf(uuid)).toEqual(await portsOf(uuid));
  },
  undone: async (uuid) => {
    await world().until(uuid, 'active');
    await waitUntil('the port to go', async () => (await bindingsOf(world().test.database.read, uuid)).length === 1);
    expect(await nicsOf(uuid)).toEqual(await portsOf(uuid));
    expect(await portsOf(uuid)).toHaveLength(1);
  },
});

lawsOf({
  definition: operationOf('detachInterface'),
  begin: async () => {
    const uuid = await world().anActiveInstance(0);
    const { nics } = await withNics(uuid, () => []);
    const [nic] = nics;
    return { uuid, params: { guestId: await guestWithRole(uuid, 'current'), portId: nic?.portId, nic, at: 0 } };
  },
  done: async (uuid) => {
    await world().until(uuid, 'active');
    expect([await nicsOf(uuid), await portsOf(uuid)]).toEqual([[], []]);
    await waitUntil('the port to go', async () => (await bindingsOf(world().test.database.read, uuid)).length === 0);
  },
  undone: async (uuid) => {
    await world().until(uuid, 'active');
    expect(await nicsOf(uuid)).toEqual(await portsOf(uuid));
    expect(await portsOf(uuid)).toHaveLength(1);
  },
});

const A_DISK = { ...aServiceDisk(), unit: 0 };
const disksOf = async (uuid: string) => {
  const { read } = world().test.database;
  const row = await read
    .selectFrom('guests')
    .select('parts')
    .where('id', '=', await guestWithRole(uuid, 'current'))
    .executeTakeFirstOrThrow();
  const { disks = [] } = JSON.parse(row.parts ?? '{}') as Partial<GuestParts>;
  return {
    guest: disks.map(({ id }) => id),
    build: ((await world().get(uuid)).attachedDisks ?? []).map(({ id }) => id),
  };
};
/** An instance whose build has the disk, and whose guest is to have these. */
async function withDisks(disks: GuestParts['disks']) {
  const uuid = await world().anActiveInstance(0);
  const guestId = await guestWithRole(uuid, 'current');
  const build = { ...(await world().get(uuid)), attachedDisks: [A_DISK] };
  await world().test.database.transaction(async (tx) => {
    await tx
      .updateTable('instances')
      .set({ build: JSON.stringify(build) })
      .where('uuid', '=', uuid)
      .execute();
    await setDesired(tx, guestId, { power: 'running', parts: { ...NO_PARTS, disks } }, Date.now());
  });
  return { uuid, guestId };
}
const HAS_DISK = { guest: [A_DISK.id], build: [A_DISK.id] };
const HAS_NONE = { guest: [], build: [] };
const expectDisks = (expected: typeof HAS_DISK | typeof HAS_NONE) => async (uuid: string) => {
  await world().until(uuid, 'active');
  expect(await disksOf(uuid)).toEqual(expected);
};

lawsOf({
  definition: operationOf('attachDisk'),
  begin: async () => {
    const { uuid, guestId } = await withDisks([A_DISK]);
    return { uuid, params: { guestId, diskId: A_DISK.id } };
  },
  done: expectDisks(HAS_DISK),
  undone: expectDisks(HAS_NONE),
});

lawsOf({
  definition: operationOf('detachDisk'),
  begin: async () => {
    const { uuid, guestId } = await withDisks([]);
    return { uuid, params: { guestId, disk: A_DISK } };
  },
  done: expectDisks(HAS_NONE),
  undone: expectDisks(HAS_DISK),
});
