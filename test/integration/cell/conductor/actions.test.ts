import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aBuild } from '../../../support/a-build.ts';
import { aNetwork } from '../../../support/a-network.ts';
import { aServiceDisk } from '../../../support/a-service-disk.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aFlavor, anActor, aPort } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useAuditedCellWorld, useCellWorld } from './support/use-cell-world.ts';

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

  describe('what a server boots from', () => {
    const other = { ...aBuild().image, id: randomUUID(), name: 'other' };
    const guestOf = (uuid: string) => {
      const guest = [...world.agents.guests.values()].find((candidate) => candidate.spec.instanceUuid === uuid);
      if (guest === undefined) throw new Error(`no guest of ${uuid}`);
      return guest;
    };

    it('is the rescue image from rescue to unrescue, and its own disk afterwards', async () => {
      const uuid = await world.anActiveInstance();
      await world.act(uuid, 'rescue', { image: other });
      await world.until(uuid, 'rescued');
      expect(guestOf(uuid).parts?.boot).toMatchObject({ from: 'rescue', image: { id: other.id } });
      await expect(world.act(uuid, 'stop')).rejects.toMatchObject({ message: expect.stringContaining('rescued') });
      await world.act(uuid, 'unrescue');
      await world.until(uuid, 'active');
      expect(guestOf(uuid).parts?.boot).toEqual({ from: 'disk' });
      const { actions } = await world.door.listActions({ uuid });
      expect(actions.map(({ action }) => action)).toEqual(['unrescue', 'rescue', 'create']);
      expect(actions[1]?.events).toMatchObject([{ event: 'compute_rescue_instance', result: 'Success' }]);
    });

    it('is the image of the server when a rescue names none', async () => {
      const uuid = await world.anActiveInstance();
      await world.act(uuid, 'rescue');
      await world.until(uuid, 'rescued');
      expect(guestOf(uuid).parts?.boot).toMatchObject({ image: { id: (await world.get(uuid)).image.id } });
    });

    it('stays as it was when the rescue fails', async () => {
      const uuid = await world.anActiveInstance();
      world.agents.guestFate = (guest) =>
        guest.parts?.boot.from === 'rescue' ? { message: 'no such image', permanent: true } : 'settle';
      await world.act(uuid, 'rescue', { image: other });
      const instance = await world.until(uuid, 'active');
      world.agents.guestFate = () => 'settle';
      expect(instance.fault?.message).toContain('no such image');
    });

    it('is in ERROR when the host can neither end the rescue nor go on with it; a hard reboot starts its own disk', async () => {
      const uuid = await world.anActiveInstance();
      await world.act(uuid, 'rescue', { image: other });
      await world.until(uuid, 'rescued');
      world.agents.guestFate = () => ({ message: 'the host cannot do it', permanent: true });
      await world.act(uuid, 'unrescue');
      await world.until(uuid, 'error');
      world.agents.guestFate = () => 'settle';
      await world.act(uuid, 'reboot', { reboot: 'hard' });
      await world.until(uuid, 'active');
      expect(guestOf(uuid).parts?.boot).toEqual({ from: 'disk' });
    });

    it('is the new image after a rebuild, which changes what it was asked to change', async () => {
      const uuid = await world.anActiveInstance();
      const before = await world.get(uuid);
      const injectedFiles = [{ path: '/etc/motd', contents: 'aGVsbG8=' }];
      const changes = { name: 'anew', metadata: { a: 'b' }, userData: 'IyE=', injectedFiles };
      await world.act(uuid, 'rebuild', { image: other, changes, preserveEphemeral: true });
      const after = await world.until(uuid, 'active');
      expect(after).toMatchObject({ ...changes, hostname: before.hostname, host: before.host });
      expect(after.image.id).toBe(other.id);
      expect(guestOf(uuid)).toMatchObject({
        spec: { image: { id: other.id }, displayName: 'anew', diskSource: null },
        parts: { rebuild: { count: 1, preserveEphemeral: true } },
      });
      await world.act(uuid, 'rebuild', { image: other, changes: { userData: null }, preserveEphemeral: false });
      expect(await world.until(uuid, 'active')).toMatchObject({ userData: null, injectedFiles });
      expect(guestOf(uuid).parts?.rebuild.count).toBe(2);
    });

    it('leaves a stopped server stopped', async () => {
      const uuid = await world.anActiveInstance();
      await world.act(uuid, 'stop');
      await world.until(uuid, 'stopped');
      await world.act(uuid, 'rebuild', { image: other, changes: {}, preserveEphemeral: false });
      await world.until(uuid, 'stopped');
      expect(guestOf(uuid).power).toBe('stopped');
    });

    it('is as before when the host refuses the image, and the disk was never touched', async () => {
      const uuid = await world.anActiveInstance();
      const before = await world.get(uuid);
      world.agents.guestFate = (guest) =>
        guest.spec.image.id === other.id ? { message: 'the image is not raw', permanent: true } : 'settle';
      await world.act(uuid, 'rebuild', { image: other, changes: { name: 'anew' }, preserveEphemeral: false });
      const after = await world.until(uuid, 'active');
      world.agents.guestFate = () => 'settle';
      expect(after).toMatchObject({ name: before.name, fault: { message: 'the image is not raw' } });
      expect(after.image.id).toBe(before.image.id);
      expect(guestOf(uuid)).toMatchObject({ spec: { image: { id: before.image.id } }, power: 'running' });
    });

    it('shows what its guest starts from when a soft delete interrupts the way back', async () => {
      const uuid = await world.anActiveInstance();
      const before = await world.get(uuid);
      world.agents.guestFate = (guest) =>
        guest.spec.image.id === other.id ? { message: 'the image is not raw', permanent: true } : 'silence';
      await world.act(uuid, 'rebuild', { image: other, changes: {}, preserveEphemeral: false });
      const desiredImage = async () => (await world.agents.desiredOf(uuid))[0]?.spec.image.id;
      await waitUntil('the way back', async () => (await desiredImage()) === before.image.id);
      await world.act(uuid, 'softDelete');
      world.agents.guestFate = () => 'settle';
      await world.agents.workGuests(null);
      await world.until(uuid, 'soft-delete');
      await world.act(uuid, 'restore');
      expect((await world.until(uuid, 'active')).image.id).toBe(before.image.id);
      expect(guestOf(uuid).spec.image.id).toBe(before.image.id);
    });

    it('is in ERROR when the old disk is gone, and can be rebuilt again or rebooted hard', async () => {
      const uuid = await world.anActiveInstance();
      const lost = { rebuilds: 1, rescueId: null };
      world.agents.guestFate = (guest) =>
        guest.parts?.rebuild.count === 1 ? { message: 'no disk space', permanent: true, parts: lost } : 'settle';
      await world.act(uuid, 'rebuild', { image: other, changes: {}, preserveEphemeral: false });
      expect(await world.until(uuid, 'error')).toMatchObject({
        fault: { message: 'no disk space' },
        powerState: 'none',
      });
      await world.act(uuid, 'rebuild', { image: other, changes: {}, preserveEphemeral: false });
      await world.until(uuid, 'active');
      world.agents.guestFate = () => 'settle';
      expect(guestOf(uuid).parts?.rebuild.count).toBe(2);
    });
  });

  describe('the ports of a server', () => {
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

  describe('the disks of services', () => {
    const untilIdle = (uuid: string) =>
      waitUntil('the server to be idle', async () => (await world.get(uuid)).taskState === null);
    const idsOf = async (uuid: string) => ((await world.get(uuid)).attachedDisks ?? []).map(({ id }) => id);
    const guestsOn = (uuid: string) =>
      [...world.agents.guests.values()].filter(({ spec }) => spec.instanceUuid === uuid);
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

  it('changes what a user may change, and filters by it', async () => {
    const uuid = await world.anActiveInstance();
    const patch = { name: 'renamed', description: 'd', metadata: { a: '1' }, tags: ['x', 'y'], accessIpV4: '1.2.3.4' };
    const changed = await world.door.updateInstance({ uuid, patch, actor: anActor() });
    expect(changed).toMatchObject(patch);
    await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        world.door.updateInstance({ uuid, patch: { name: `renamed-${index}` }, actor: anActor() }),
      ),
    );
    expect((await world.get(uuid)).name).toMatch(/^renamed-\d$/);
    expect((await world.get(uuid)).tags).toEqual(['x', 'y']);
  });
});

describe('changing a server at a version', () => {
  let world: CellWorld;
  useCellWorld({ hosts: 1 }, (made) => {
    world = made;
  });

  it('is refused when the server has changed since, with its current version', async () => {
    const uuid = await world.anActiveInstance();
    const { version } = await world.get(uuid);
    const update = (tags: string[]) =>
      world.door.updateInstance({ uuid, patch: { tags }, ifVersion: version, actor: anActor() });
    const first = await update(['a']);
    expect(first.tags).toEqual(['a']);
    await expect(update(['b'])).rejects.toMatchObject({ kind: 'conflict', details: { version: first.version } });
    expect((await world.get(uuid)).tags).toEqual(['a']);
  });
});

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
