import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ObservedGuest } from '#platform/objects/guest.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import { aBuild } from '../../../support/a-build.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aFlavor, anActor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useAuditedCellWorld } from './support/use-cell-world.ts';

const admin = anActor({ isAdmin: true, projectId: 'admins' });

describe('a guest that stops by itself', () => {
  let world: CellWorld;
  useAuditedCellWorld({ hosts: 2, total: { vcpus: 1_000, ramMb: 1_000_000, diskGb: 10_000 } }, (made) => {
    world = made;
  });

  const desiredOf = async (uuid: string) => {
    const { host } = await world.get(uuid);
    const guest = (await world.agents.desiredOf(uuid)).find(({ hostName }) => hostName === host);
    if (guest === undefined) throw new Error(`${uuid} has no guest`);
    return guest;
  };
  const report = async (uuid: string, rest: Partial<ObservedGuest>) =>
    world.agents.reportGuests([world.agents.observed(await desiredOf(uuid), rest)]);
  const stopsByItself = (uuid: string) => report(uuid, { power: 'shutdown', stoppedByItself: true });
  const until = (uuid: string, vmState: string, powerState: string) =>
    waitUntil(`${uuid} to be ${vmState} and ${powerState}`, async () => {
      const instance = await world.get(uuid);
      return instance.vmState === vmState && instance.powerState === powerState && instance.taskState === null;
    });

  const resized = async () => {
    const uuid = await world.anActiveInstance(0);
    await world.act(uuid, 'resize', { flavor: aFlavor({ id: '2', vcpus: 2 }), hostId: world.host(1).id });
    await world.until(uuid, 'resized');
    return uuid;
  };
  const rescued = async () => {
    const uuid = await world.anActiveInstance(0);
    await world.act(uuid, 'rescue', { image: aBuild().image });
    await world.until(uuid, 'rescued');
    return uuid;
  };
  const inError = async () => {
    const uuid = await world.anActiveInstance(0);
    await world.act(uuid, 'resetState', { state: 'error' }, admin);
    return uuid;
  };
  const KEPT: readonly (readonly [Instance['vmState'], () => Promise<string>])[] = [
    ['resized', resized],
    ['rescued', rescued],
    ['error', inError],
  ];

  it.each(KEPT)('shows that, and is not started again, while its server is %s', async (vmState, make) => {
    const uuid = await make();
    expect(await world.get(uuid)).toMatchObject({ vmState, powerState: 'running' });
    await stopsByItself(uuid);
    expect(await world.get(uuid)).toMatchObject({ vmState, powerState: 'shutdown' });
    expect((await desiredOf(uuid)).power).toBe('stopped');
  });

  it('leaves a resized server stopped when its resize is confirmed, and it starts again', async () => {
    const uuid = await resized();
    await stopsByItself(uuid);
    await world.act(uuid, 'confirmResize');
    await until(uuid, 'stopped', 'shutdown');
    await world.act(uuid, 'start');
    await until(uuid, 'active', 'running');
  });

  it('leaves a resized server as it was before, when its resize is reverted', async () => {
    const uuid = await resized();
    await stopsByItself(uuid);
    await world.act(uuid, 'revertResize');
    await until(uuid, 'active', 'running');
    expect(await desiredOf(uuid)).toMatchObject({ power: 'running', hostName: 'host-1' });
  });

  it('leaves a rescued server to its own disk', async () => {
    const uuid = await rescued();
    await stopsByItself(uuid);
    await world.act(uuid, 'unrescue');
    await until(uuid, 'active', 'running');
  });

  it('is followed as soon as the action on its server has ended', async () => {
    const uuid = await world.anActiveInstance(0);
    world.agents.guestFate = () => 'silence';
    const { operationId } = await world.act(uuid, 'reboot', { reboot: 'soft' });
    await stopsByItself(uuid);
    await waitUntil('the end', async () => (await world.door.getOperation({ id: operationId })).state === 'done');
    world.agents.guestFate = () => 'settle';
    await until(uuid, 'stopped', 'shutdown');
    expect((await desiredOf(uuid)).power).toBe('stopped');
  });

  it('shows its power as soon as an action that says nothing of that has ended', async () => {
    const uuid = await world.anActiveInstance(0);
    const [port] = (await world.get(uuid)).ports;
    world.agents.guestFate = () => 'silence';
    const { operationId } = await world.act(uuid, 'detachInterface', { portId: port?.id });
    await world.test.database.write
      .updateTable('instances')
      .set({ power_state: POWER_STATE.crashed })
      .where('uuid', '=', uuid)
      .execute();
    await report(uuid, {});
    await waitUntil('the end', async () => (await world.door.getOperation({ id: operationId })).state === 'done');
    world.agents.guestFate = () => 'settle';
    await until(uuid, 'active', 'running');
  });

  it('is not followed once its server was started again', async () => {
    const uuid = await world.anActiveInstance(0);
    const before = await desiredOf(uuid);
    await world.act(uuid, 'reboot', { reboot: 'hard' });
    await until(uuid, 'active', 'running');
    const late = { power: 'shutdown', stoppedByItself: true } as const;
    await world.agents.reportGuests([world.agents.observed(before, late)]);
    expect(await world.get(uuid)).toMatchObject({ vmState: 'active', powerState: 'running' });
    expect((await desiredOf(uuid)).power).toBe('running');
  });

  it('shows what its host sees of it before it is started again, but not that its host could not look', async () => {
    const uuid = await world.anActiveInstance(0);
    const error = { message: 'It ended three times within a minute.', details: null, permanent: false };
    await report(uuid, { power: 'crashed', settled: false, error });
    expect(await world.get(uuid)).toMatchObject({ vmState: 'active', powerState: 'crashed' });
    await report(uuid, { power: 'none', settled: false, error: { ...error, message: randomUUID() } });
    expect(await world.get(uuid)).toMatchObject({ vmState: 'active', powerState: 'crashed' });
    await report(uuid, {});
    expect(await world.get(uuid)).toMatchObject({ vmState: 'active', powerState: 'running' });
  });
});
