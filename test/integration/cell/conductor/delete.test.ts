import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBuild, aFlavor, anActor } from './support/build-requests.ts';
import { CellWorld, NOTHING_LEFT } from './support/cell-world.ts';

describe('deleting', () => {
  let world: CellWorld;
  beforeEach(async () => {
    world = await CellWorld.create({ hosts: 2, conductor: { agentDownAfterMs: 4_000 } });
  });
  afterEach(() => world.close());

  const nothingLeft = () =>
    waitUntil('nothing to be left', async () => {
      expect(await world.leftovers()).toEqual(NOTHING_LEFT);
      return true;
    });
  const noticeOf = (uuid: string) =>
    waitUntil('the notice', async () => {
      const { notices } = await world.door.watchNotices({ waitMs: 500, limit: 100 });
      return notices.find((notice) => notice.instanceUuid === uuid);
    });

  it('leaves nothing and tells the global tier', async () => {
    const uuids = await Promise.all([0, 1, 0, 1].map((index) => world.anActiveInstance(index)));
    await Promise.all(uuids.map((uuid) => world.act(uuid, 'delete')));
    for (const uuid of uuids) {
      expect(await noticeOf(uuid)).toMatchObject({ kind: 'instance-deleted', epoch: 1 });
      await expect(world.get(uuid)).rejects.toMatchObject({ kind: 'not-found' });
      const { actions } = await world.door.listActions({ uuid });
      expect(actions.map((action) => action.action)).toEqual(['delete', 'create']);
      await expect(world.act(uuid, 'delete')).rejects.toMatchObject({ kind: 'not-found' });
    }
    await nothingLeft();
  });

  it('is one delete when it is requested twice', async () => {
    const uuid = await world.anActiveInstance();
    world.agents.guestFate = () => 'silence';
    const first = await world.act(uuid, 'delete');
    expect(await world.act(uuid, 'delete')).toEqual(first);
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    await noticeOf(uuid);
    await nothingLeft();
  });

  for (const silent of ['bindingFate', 'guestFate'] as const) {
    it(`ends a build whose ${silent === 'bindingFate' ? 'ports are being plugged' : 'guest is being started'}`, async () => {
      world.agents[silent] = () => 'silence';
      const uuid = await world.request(0);
      const [build] = (await world.door.listOperations({ subject: uuid, limit: 10 })).operations;
      await world.act(uuid, 'delete');
      world.agents[silent] = () => 'settle';
      await world.agents.workGuests(null);
      await world.agents.workBindings(null);
      await noticeOf(uuid);
      await nothingLeft();
      const ended = await waitUntil('the build to end', async () => {
        const operation = await world.door.getOperation({ id: build?.id ?? '' });
        return operation.finishedAt === null ? null : operation;
      });
      expect(ended.state).toBe('undone');
      const { notices } = await world.door.watchNotices({ waitMs: 0, limit: 10 });
      expect(notices.map((notice) => notice.kind).filter((kind) => kind !== 'homes-asked')).toEqual([
        'instance-deleted',
      ]);
    });
  }

  it('at every moment of a build and of a resize', async () => {
    const flavor = aFlavor({ id: '2', vcpus: 2 });
    await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const uuid = await world.request(index % 2, { build: aBuild() });
        // The pauses wait for nothing: they spread the deletes over the steps that they interrupt.
        await new Promise((resolve) => setTimeout(resolve, index * 6));
        if (index >= 6) {
          await world.until(uuid, 'active');
          await world.act(uuid, 'resize', { flavor, hostId: world.host((index + 1) % 2).id });
          await new Promise((resolve) => setTimeout(resolve, (index - 6) * 8));
        }
        await world.act(uuid, 'delete');
        await world.untilGone(uuid);
      }),
    );
    await nothingLeft();
    await waitUntil('no operation to be left', async () => {
      const states = await Promise.all(
        (['running', 'undoing', 'stranded'] as const).map((state) => world.door.listOperations({ state, limit: 10 })),
      );
      return states.every(({ operations }) => operations.length === 0);
    });
  });

  it('does not wait for a host that is down; its agent cleans up when it comes back', async () => {
    const uuid = await world.anActiveInstance();
    const [guest] = world.agents.guests.values();
    await world.agents.stop();
    await waitUntil('the hosts to be down', async () => {
      const { hosts } = await world.door.listHosts({});
      return hosts.every((host) => !host.up);
    });
    expect((await world.get(uuid)).hostStatus).toBe('UNKNOWN');
    await world.act(uuid, 'delete');
    await noticeOf(uuid);
    expect(await world.leftovers()).toMatchObject({ guests: 1, claims: 1, bindings: 1 });
    world.agents = world.agents.reborn();
    await world.agents.start();
    await world.agents.workGuests([guest?.guestId ?? '']);
    await nothingLeft();
  });

  it('waits for a guest whose compute agent answers, also while the network agent of the host is silent', async () => {
    const uuid = await world.anActiveInstance();
    world.agents.guestFate = ({ power }) => (power === 'absent' ? 'silence' : 'settle');
    const { write } = world.test.database;
    await write.updateTable('hosts').set({ up: 0 }).execute();
    const { operationId } = await world.act(uuid, 'delete');
    await waitUntil('it to wait', async () => {
      const { operations } = await world.door.listOperations({ subject: uuid, limit: 10 });
      const { steps = [] } = operations.find(({ id }) => id === operationId) ?? {};
      return steps.at(-1)?.message?.includes('to remove the guest') === true;
    });
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    await noticeOf(uuid);
    expect(await world.leftovers()).toMatchObject({ guests: 0, claims: 0 });
    await write.updateTable('hosts').set({ up: 1 }).execute();
    await world.agents.workBindings(null);
    await nothingLeft();
  });

  it('is shown as late when the agent fails, and becomes an ERROR that can be deleted again when an operator resolves it', async () => {
    const uuid = await world.anActiveInstance();
    world.agents.guestFate = () => ({ message: 'device is busy', permanent: true });
    const { operationId } = await world.act(uuid, 'delete');
    await world.test.database.write
      .updateTable('operations')
      .set({ deadline_at: 1 })
      .where('id', '=', operationId)
      .execute();
    const late = await waitUntil('it to be shown', async () => {
      const { operations } = await world.door.listOperations({ subject: uuid, overdue: true, limit: 10 });
      return operations.find(({ state }) => state === 'stranded');
    });
    expect(late).toMatchObject({ id: operationId, overdue: true, step: 'terminate' });
    expect(late.steps.at(-1)?.message).toContain('device is busy');
    expect(await world.get(uuid)).toMatchObject({ taskState: 'deleting' });
    await world.door.resolveOperation({ id: operationId, direction: 'back', actor: anActor({ isAdmin: true }) });
    await world.until(uuid, 'error');
    world.agents.guestFate = () => 'settle';
    await world.act(uuid, 'delete');
    await noticeOf(uuid);
    await nothingLeft();
  });
});
