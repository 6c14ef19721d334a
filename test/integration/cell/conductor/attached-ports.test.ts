import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aNetwork } from '../../../support/a-network.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aPort } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useAuditedCellWorld } from './support/use-cell-world.ts';

describe('the ports of a server', () => {
  let world: CellWorld;
  useAuditedCellWorld({ hosts: 3, total: { vcpus: 1_000, ramMb: 1_000_000, diskGb: 10_000 } }, (made) => {
    world = made;
  });
  const network = aNetwork({ id: randomUUID(), name: 'second' });
  const guestNics = (uuid: string) =>
    [...world.agents.guests.values()].find(({ spec }) => spec.instanceUuid === uuid)?.spec.nics.map(({ mac }) => mac);
  const untilIdle = (uuid: string) =>
    waitUntil('the server to be idle', async () => (await world.get(uuid)).taskState === null);

  it('come and go while it runs, and stay in the order in which they came', async () => {
    const uuid = await world.anActiveInstance();
    const [first] = (await world.get(uuid)).ports;
    const port = aPort({ networkId: network.id });
    await world.act(uuid, 'attachInterface', { port, network });
    await untilIdle(uuid);
    expect((await world.get(uuid)).ports.map(({ id }) => id)).toEqual([first?.id, port.id]);
    expect(guestNics(uuid)).toEqual([first?.mac, port.mac]);
    expect([...world.agents.bindings.values()].some((binding) => binding.port.id === port.id)).toBe(true);
    await expect(world.act(uuid, 'attachInterface', { port, network })).rejects.toMatchObject({ kind: 'conflict' });

    await world.act(uuid, 'detachInterface', { portId: first?.id });
    await untilIdle(uuid);
    const after = await world.get(uuid);
    expect(after.ports.map(({ id }) => id)).toEqual([port.id]);
    expect(after.networks.map(({ id }) => id)).toEqual([network.id]);
    expect(guestNics(uuid)).toEqual([port.mac]);
    await waitUntil(
      'the port to go from its host',
      async () => ![...world.agents.bindings.values()].some((binding) => binding.port.id === first?.id),
    );
    await expect(world.act(uuid, 'detachInterface', { portId: first?.id })).rejects.toMatchObject({
      kind: 'not-found',
    });
    const { actions } = await world.door.listActions({ uuid });
    expect(actions.map(({ action }) => action)).toEqual(['detach_interface', 'attach_interface', 'create']);
  });

  it('are refused when the host does not carry their network', async () => {
    const uuid = await world.anActiveInstance();
    world.agents.segmentTypes.set('host-1', ['flat']);
    await world.agents.announce();
    const tagged = aNetwork({ segmentType: 'vlan', segmentId: 7 });
    const port = aPort({ networkId: tagged.id });
    await expect(world.act(uuid, 'attachInterface', { port, network: tagged })).rejects.toMatchObject({
      kind: 'conflict',
      message: `Port ${port.id} of network ${tagged.id} cannot be attached here: host host-1 does not carry networks of the type vlan.`,
    });
    world.agents.segmentTypes.set('host-1', ['flat', 'vlan']);
    await world.agents.announce();
    await world.act(uuid, 'attachInterface', { port, network: tagged });
    await untilIdle(uuid);
    expect((await world.get(uuid)).ports.map(({ id }) => id)).toContain(port.id);
  });

  it('stay as they were when the host cannot plug or the guest does not give up', async () => {
    const uuid = await world.anActiveInstance();
    const [first] = (await world.get(uuid)).ports;
    const port = aPort({ networkId: network.id });
    world.agents.bindingFate = () => ({ message: 'no such segment', permanent: true });
    await world.act(uuid, 'attachInterface', { port, network });
    await untilIdle(uuid);
    world.agents.bindingFate = () => 'settle';
    expect(await world.get(uuid)).toMatchObject({ vmState: 'active', fault: { message: 'no such segment' } });
    expect((await world.get(uuid)).ports.map(({ id }) => id)).toEqual([first?.id]);

    world.agents.guestFate = (guest) =>
      guest.spec.nics.length === 0 ? { message: 'the guest keeps its card', permanent: true } : 'settle';
    await world.act(uuid, 'detachInterface', { portId: first?.id });
    await untilIdle(uuid);
    world.agents.guestFate = () => 'settle';
    expect(await world.get(uuid)).toMatchObject({
      vmState: 'active',
      fault: { message: 'the guest keeps its card' },
    });
    expect((await world.get(uuid)).ports.map(({ id }) => id)).toEqual([first?.id]);
    expect(guestNics(uuid)).toEqual([first?.mac]);
  });
});
