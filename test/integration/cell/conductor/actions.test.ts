import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { waitUntil } from '../../../support/wait-until.ts';
import { anActor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useAuditedCellWorld } from './support/use-cell-world.ts';

describe('acting on a server', () => {
  let world: CellWorld;
  useAuditedCellWorld({ hosts: 3, total: { vcpus: 1_000, ramMb: 1_000_000, diskGb: 10_000 } }, (made) => {
    world = made;
  });

  it('a hard reboot that fails goes back to what the server was, not to the action that it interrupted', async () => {
    const uuid = await world.anActiveInstance(0);
    world.agents.guestFate = () => 'silence';
    await world.act(uuid, 'suspend');
    world.agents.guestFate = () => ({ message: 'the host cannot do it', permanent: true });
    await world.act(uuid, 'reboot', { reboot: 'hard' });
    await waitUntil('the reboot to go back', async () => ((await world.get(uuid)).taskState === null ? true : null));
    const { read } = world.test.database;
    const rows = await read.selectFrom('guests').select('power').where('instance_uuid', '=', uuid).execute();
    world.agents.guestFate = () => 'settle';
    expect(rows).toEqual([{ power: 'running' }]);
  });

  it('goes through every power action and back', async () => {
    const uuid = await world.anActiveInstance();
    const steps = [
      ['pause', 'paused', 'paused'],
      ['unpause', 'active', 'running'],
      ['suspend', 'suspended', 'suspended'],
      ['resume', 'active', 'running'],
      ['stop', 'stopped', 'shutdown'],
      ['start', 'active', 'running'],
    ] as const;
    for (const [kind, vmState, power] of steps) {
      await world.act(uuid, kind);
      expect((await world.until(uuid, vmState)).powerState).toBe(power);
    }
    const { actions } = await world.door.listActions({ uuid });
    expect(actions.map((action) => action.action)).toEqual([
      ...steps.map(([kind]) => kind as string).reverse(),
      'create',
    ]);
    const host = (await world.get(uuid)).host;
    expect(actions[0]?.events).toMatchObject([
      { event: 'compute_start_instance', result: 'Success', host, traceback: null, details: null },
    ]);
  });

  it('restarts a guest once for each reboot', async () => {
    const uuid = await world.anActiveInstance();
    await world.act(uuid, 'reboot', { reboot: 'soft' });
    await world.until(uuid, 'active');
    await world.act(uuid, 'stop');
    await world.until(uuid, 'stopped');
    await world.act(uuid, 'reboot', { reboot: 'hard' });
    await world.until(uuid, 'active');
    const guest = [...world.agents.guests.values()].find((candidate) => candidate.spec.instanceUuid === uuid);
    expect(guest).toMatchObject({ restarts: 2, restartKind: 'hard', power: 'running' });
  });

  it('refuses an action that the state does not allow, with the message that clients know', async () => {
    const uuid = await world.anActiveInstance();
    await expect(world.act(uuid, 'start')).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining(`Cannot 'start' instance ${uuid} while it is in vm_state active`),
      details: { attribute: 'vm_state', state: 'active', method: 'start' },
    });
    world.agents.guestFate = () => 'silence';
    await world.act(uuid, 'pause');
    await expect(world.act(uuid, 'stop')).rejects.toMatchObject({
      message: expect.stringContaining(`Cannot 'stop' instance ${uuid} while it is in task_state pausing`),
    });
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    await world.until(uuid, 'paused');
    await expect(world.act(randomUUID(), 'stop')).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('names the action that it does not offer, and refuses params that an action does not take', async () => {
    const uuid = await world.anActiveInstance();
    await expect(world.act(uuid, 'os-newer')).rejects.toMatchObject({
      kind: 'unsupported',
      message: 'Cell cell-test does not offer the action os-newer yet.',
      details: { action: 'os-newer' },
    });
    await expect(world.act(uuid, 'reboot', { reboot: 'gently' })).rejects.toMatchObject({ kind: 'invalid' });
    expect(await world.get(uuid)).toMatchObject({ vmState: 'active', taskState: null });
  });

  it('lets only one of many actions begin', async () => {
    const uuid = await world.anActiveInstance();
    world.agents.guestFate = () => 'silence';
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => world.act(uuid, 'stop')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    await world.until(uuid, 'stopped');
  });

  it('answers a repeated request like the first one, even long after its end', async () => {
    const uuid = await world.anActiveInstance();
    const request = { uuid, operationId: randomUUID(), kind: 'stop' as const, params: {}, actor: anActor() };
    expect(await world.door.act(request)).toEqual({ operationId: request.operationId });
    await world.until(uuid, 'stopped');
    expect(await world.door.act(request)).toEqual({ operationId: request.operationId });
    expect((await world.get(uuid)).vmState).toBe('stopped');
  });

  it('refuses the owner of a locked server, but not an admin', async () => {
    const uuid = await world.anActiveInstance();
    await world.door.lockInstance({ uuid, locked: true, reason: 'mine', actor: anActor() });
    expect(await world.get(uuid)).toMatchObject({ lockedBy: 'owner', lockReason: 'mine' });
    for (const kind of ['stop', 'delete'] as const) {
      await expect(world.act(uuid, kind)).rejects.toMatchObject({
        message: expect.stringContaining(`Instance ${uuid} is locked`),
      });
    }
    const admin = anActor({ isAdmin: true, projectId: 'other' });
    await world.act(uuid, 'stop', {}, admin);
    await world.until(uuid, 'stopped');
    await world.door.lockInstance({ uuid, locked: true, reason: null, actor: admin });
    await expect(
      world.door.lockInstance({ uuid, locked: false, reason: null, actor: anActor() }),
    ).rejects.toMatchObject({ kind: 'forbidden' });
    await world.door.lockInstance({ uuid, locked: true, reason: 'again', actor: anActor() });
    expect(await world.get(uuid)).toMatchObject({ lockedBy: 'admin', lockReason: null });
    await world.door.lockInstance({ uuid, locked: false, reason: null, actor: admin });
    expect((await world.get(uuid)).lockedBy).toBeNull();
    const { actions } = await world.door.listActions({ uuid });
    expect(actions.map((action) => action.action)).toContain('unlock');
  });

  it('undoes a failed action and says why', async () => {
    const uuid = await world.anActiveInstance();
    world.agents.guestFate = (guest) =>
      guest.power === 'suspended' ? { message: 'no space left', permanent: true } : 'settle';
    const { operationId } = await world.act(uuid, 'suspend');
    await waitUntil(
      'the operation to end',
      async () => (await world.door.getOperation({ id: operationId })).finishedAt,
    );
    expect(await world.until(uuid, 'active')).toMatchObject({ fault: { message: 'no space left' } });
    await waitUntil('the guest to run again', () =>
      [...world.agents.guests.values()].some(
        (guest) => guest.spec.instanceUuid === uuid && guest.power === 'running' && guest.generation === 3,
      ),
    );
    const { actions } = await world.door.listActions({ uuid });
    expect(actions[0]).toMatchObject({ action: 'suspend', message: 'Error' });
    const { host } = await world.get(uuid);
    const traceback = expect.stringContaining(`on ${host}`);
    expect(actions[0]?.events).toMatchObject([{ result: 'Error', details: 'no space left', host, traceback }]);
  });

  it('shows an action that an operator turned back, and refuses to turn back an ended one', async () => {
    const uuid = await world.anActiveInstance();
    world.agents.guestFate = () => 'silence';
    const { operationId: id } = await world.act(uuid, 'pause');
    const waiting = await waitUntil('it to wait', async () => {
      const operation = await world.door.getOperation({ id });
      return operation.steps.length > 0 ? operation : null;
    });
    expect(waiting).toMatchObject({ state: 'running', overdue: false, steps: [{ outcome: null }] });
    expect((await world.door.listActions({ uuid })).actions[0]?.events).toMatchObject([
      { event: 'compute_pause_instance', result: null, finishTime: null },
    ]);
    const actor = anActor({ isAdmin: true, userId: 'ann' });
    expect(await world.door.resolveOperation({ id, direction: 'back', actor })).toMatchObject({
      steps: [{ outcome: 'resolved', message: 'resolved back by ann' }],
    });
    expect(await world.until(uuid, 'active')).toMatchObject({ fault: { message: 'An operator turned it back.' } });
    await waitUntil('its end', async () => (await world.door.getOperation({ id })).state === 'undone');
    expect((await world.door.listActions({ uuid })).actions[0]).toMatchObject({
      message: 'Error',
      events: [{ result: 'Error', details: 'An operator turned it back.' }],
    });
    await expect(world.door.resolveOperation({ id, direction: 'back', actor })).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining('has ended'),
    });
    world.agents.guestFate = () => 'settle';
  });

  it('follows a guest that shut down by itself', async () => {
    const uuid = await world.anActiveInstance();
    const guest = [...world.agents.guests.values()].find((candidate) => candidate.spec.instanceUuid === uuid);
    if (guest === undefined) throw new Error('no guest');
    await world.agents.reportGuests([
      world.agents.observed(guest, { power: 'shutdown', settled: false, stoppedByItself: true }),
    ]);
    expect(await world.until(uuid, 'stopped')).toMatchObject({ powerState: 'shutdown' });
    await world.act(uuid, 'start');
    await world.until(uuid, 'active');
  });

  it('ignores reports of an older generation', async () => {
    const uuid = await world.anActiveInstance();
    const guest = [...world.agents.guests.values()].find((candidate) => candidate.spec.instanceUuid === uuid);
    if (guest === undefined) throw new Error('no guest');
    world.agents.guestFate = () => 'silence';
    await world.act(uuid, 'stop');
    await world.agents.reportGuests([world.agents.observed(guest)]);
    expect(await world.get(uuid)).toMatchObject({ vmState: 'active', taskState: 'powering-off' });
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    await world.until(uuid, 'stopped');
  });
});
