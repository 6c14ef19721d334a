import { afterEach, describe, expect, it } from 'vitest';
import { StepRefused } from '#platform/operations/definition.ts';
import { inLeasedTransaction } from '../../../../cell/conductor/operations/superseded.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aFlavor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { hearHost, silenceHost } from './support/silent-host.ts';
import { useCellWorld } from './support/use-cell-world.ts';

describe('a resize that is undone while the new guest cannot be removed', () => {
  let world: CellWorld;
  useCellWorld({ hosts: 2 }, (made) => {
    world = made;
  });
  const flavor = aFlavor({ id: '2', vcpus: 2 });
  const targetOf = (uuid: string) =>
    world.test.database.read
      .selectFrom('guests')
      .selectAll()
      .where('instance_uuid', '=', uuid)
      .where('host_id', '=', world.host(1).id)
      .executeTakeFirst();
  const sourceOf = (uuid: string) =>
    world.test.database.read
      .selectFrom('guests')
      .select(['power', 'role'])
      .where('instance_uuid', '=', uuid)
      .where('host_id', '=', world.host(0).id)
      .executeTakeFirst();
  const targetPorts = (uuid: string) =>
    world.test.database.read
      .selectFrom('port_bindings')
      .select(['present', 'leaving'])
      .where('instance_uuid', '=', uuid)
      .where('host_id', '=', world.host(1).id)
      .execute();
  const resizeTo = (uuid: string) => world.act(uuid, 'resize', { flavor, hostId: world.host(1).id });
  const declareDead = () => world.door.updateService({ id: world.host(1).id, forcedDown: true });
  const setUp = (up: boolean) =>
    world.test.database.write
      .updateTable('hosts')
      .set({ up: up ? 1 : 0 })
      .where('id', '=', world.host(1).id)
      .execute();
  /** The last that was heard of the guests there. */
  const longAgo = () =>
    world.test.database.write
      .updateTable('guests')
      .set((eb) => ({ changed_at: eb('changed_at', '-', 3_600_000) }))
      .where('host_id', '=', world.host(1).id)
      .execute();
  async function isWaiting(uuid: string, kind: string, message: string): Promise<boolean> {
    const { operations } = await world.door.listOperations({ subject: uuid, limit: 10 });
    const one = operations.find((operation) => operation.kind === kind);
    return one?.steps.at(-1)?.message?.includes(message) === true;
  }
  const untilWayBack = (uuid: string) =>
    waitUntil('the new guest to be removed', async () => (await targetOf(uuid))?.role === 'leaving');

  afterEach(async () => {
    await hearHost(world, world.host(1).id);
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    await waitUntil('nothing of the new guests to be left', async () => {
      const { read } = world.test.database;
      const rows = await read.selectFrom('claims').select('guest_id').where('host_id', '=', world.host(1).id).execute();
      const ports = await read
        .selectFrom('port_bindings')
        .select('id')
        .where('host_id', '=', world.host(1).id)
        .execute();
      return rows.length === 0 && ports.length === 0;
    });
    await world.auditClaims();
  });

  const expectTargetAbsent = async (uuid: string) => {
    expect(await targetOf(uuid)).toMatchObject({ power: 'absent', role: 'leaving' });
    expect((await targetPorts(uuid)).filter((port) => port.present === 1)).toEqual([]);
  };

  it('sets it to absent on a host that is down, so that it does not start when the host comes back', async () => {
    const uuid = await world.anActiveInstance(0);
    world.agents.guestFate = (guest) => (guest.hostName === 'host-2' ? 'silence' : 'settle');
    await resizeTo(uuid);
    await waitUntil('the new guest to be requested', async () => (await world.get(uuid)).taskState === 'resize_finish');
    await silenceHost(world, world.host(1).id);
    await declareDead();
    expect(await world.until(uuid, 'active')).toMatchObject({
      host: 'host-1',
      fault: { message: expect.stringContaining('went down') },
    });
    await expectTargetAbsent(uuid);
  });

  it.each([
    ['was declared dead', declareDead],
    ['is down because of its network agent', () => setUp(false)],
  ])('waits for the new guest on a host that %s, as long as its compute agent answers', async (_, goDown) => {
    const uuid = await world.anActiveInstance(0);
    world.agents.guestFate = (guest) => (guest.hostName === 'host-2' ? 'silence' : 'settle');
    await resizeTo(uuid);
    await waitUntil('the new guest to be requested', async () => (await world.get(uuid)).taskState === 'resize_finish');
    await goDown();
    await untilWayBack(uuid);
    await waitUntil('it to wait', () => isWaiting(uuid, 'resize', 'host host-2 to remove the new guest'));
    expect(await sourceOf(uuid)).toEqual({ power: 'stopped', role: 'current' });
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-1', powerState: 'running' });
  });

  it('starts the old guest when the agent cannot remove the new one', async () => {
    const uuid = await world.anActiveInstance(0);
    world.agents.guestFate = (guest) => {
      if (guest.hostName === 'host-1') return 'settle';
      return { message: guest.power === 'absent' ? 'device busy' : 'disk broke', permanent: true };
    };
    await resizeTo(uuid);
    await untilWayBack(uuid);
    const back = await world.until(uuid, 'active');
    expect(back).toMatchObject({ host: 'host-1', powerState: 'running', fault: { message: 'disk broke' } });
    await expectTargetAbsent(uuid);
  });

  it('starts the old guest when no agent reports the new one', async () => {
    const uuid = await world.anActiveInstance(0);
    world.agents.guestFate = (guest) => {
      if (guest.hostName === 'host-1') return 'settle';
      return guest.power === 'absent' ? 'silence' : { message: 'disk broke', permanent: true };
    };
    await resizeTo(uuid);
    await untilWayBack(uuid);
    expect(await world.get(uuid)).toMatchObject({ taskState: 'resize_finish' });
    await longAgo();
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-1', powerState: 'running' });
  });

  /** A resized instance, whose revert has begun while the host of the new guest is down and says nothing. @returns its id. */
  async function revertWhileSilent(): Promise<string> {
    const uuid = await world.anActiveInstance(0);
    await resizeTo(uuid);
    await world.until(uuid, 'resized');
    await silenceHost(world, world.host(1).id);
    await world.act(uuid, 'revertResize');
    return uuid;
  }

  it('does not start the old guest at a revert while the new one may run on a host with a silent agent', async () => {
    const uuid = await revertWhileSilent();
    await waitUntil('the revert to wait', () => isWaiting(uuid, 'revertResize', 'host host-2'));
    expect(await sourceOf(uuid)).toEqual({ power: 'stopped', role: 'source' });
    await declareDead();
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-1', powerState: 'running' });
  });

  it('does not start it either when the host was declared dead and its agent answers, until that has removed the new one', async () => {
    const uuid = await world.anActiveInstance(0);
    await resizeTo(uuid);
    await world.until(uuid, 'resized');
    await declareDead();
    world.agents.guestFate = (guest) => (guest.hostName === 'host-2' ? 'silence' : 'settle');
    await world.act(uuid, 'revertResize');
    await waitUntil('the revert to wait', () => isWaiting(uuid, 'revertResize', 'host host-2 to remove the new guest'));
    expect(await sourceOf(uuid)).toEqual({ power: 'stopped', role: 'source' });
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-1', powerState: 'running' });
    expect(await targetOf(uuid)).toBeUndefined();
  });

  it('starts it when such an agent says nothing of the new one for long', async () => {
    const uuid = await world.anActiveInstance(0);
    await resizeTo(uuid);
    await world.until(uuid, 'resized');
    await declareDead();
    world.agents.guestFate = (guest) => (guest.hostName === 'host-2' ? 'silence' : 'settle');
    await world.act(uuid, 'revertResize');
    await waitUntil('the revert to wait', () => isWaiting(uuid, 'revertResize', 'host host-2 to remove the new guest'));
    await longAgo();
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-1', powerState: 'running' });
  });

  it('does not start it either when an operator turns the revert back', async () => {
    const uuid = await revertWhileSilent();
    const revertWaits = (state: string) =>
      waitUntil(`the revert to wait, ${state}`, async () => {
        const { operations } = await world.door.listOperations({ subject: uuid, limit: 10 });
        const revert = operations.find((one) => one.kind === 'revertResize' && one.state === state);
        return revert?.steps.at(-1)?.message?.includes('host-2') === true ? revert : null;
      });
    const { id } = await revertWaits('running');
    const actor = { userId: 'an operator', projectId: 'p', isAdmin: true, requestId: 'req-resolve' };
    await world.door.resolveOperation({ id, direction: 'back', actor });
    await revertWaits('undoing');
    expect(await sourceOf(uuid)).toEqual({ power: 'stopped', role: 'source' });
    await declareDead();
    expect(await world.until(uuid, 'error')).toMatchObject({ host: 'host-1' });
  });
});

describe('a transaction of a step in addition to its outcome', () => {
  let world: CellWorld;
  useCellWorld({ hosts: 1 }, (made) => {
    world = made;
  });

  it('is committed while the worker has the operation, and rolled back when another one has it', async () => {
    const { database } = world.test;
    const uuid = await world.anActiveInstance(0);
    const operation = await database.read
      .selectFrom('operations')
      .select(['id', 'lease_token'])
      .where('subject', '=', uuid)
      .executeTakeFirstOrThrow();
    const describeAs = (text: string, leaseToken: number) =>
      inLeasedTransaction({ database }, { operationId: operation.id, leaseToken }, async (tx) => {
        await tx.updateTable('instances').set({ lock_reason: text }).where('uuid', '=', uuid).execute();
      });
    const written = async () =>
      (await database.read.selectFrom('instances').select('lock_reason').where('uuid', '=', uuid).executeTakeFirst())
        ?.lock_reason;
    const token = Number(operation.lease_token);
    await describeAs('by its worker', token);
    expect(await written()).toBe('by its worker');
    await expect(describeAs('by one that was overtaken', token - 1)).rejects.toBeInstanceOf(StepRefused);
    expect(await written()).toBe('by its worker');
  });
});
