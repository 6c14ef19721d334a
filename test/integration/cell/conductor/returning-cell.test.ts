import { describe, expect, it } from 'vitest';
import { VERSION_HEADER } from '#platform/rpc/wire.ts';
import { HomesQuestion } from '../../../../cell/conductor/door/homes-question.ts';
import { DOOR_KEY } from '../../../support/test-keys.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { type CellWorld, NOTHING_LEFT } from './support/cell-world.ts';
import { useCellWorld } from './support/use-cell-world.ts';

const REASON = 'Its home is another cell.';

describe('a cell that comes back', () => {
  let world: CellWorld;
  useCellWorld({ hosts: 2 }, (made) => {
    world = made;
  });

  const questions = async () => {
    const { notices } = await world.door.watchNotices({ waitMs: 0, limit: 100 });
    return notices.filter(({ kind }) => kind === 'homes-asked');
  };
  const presentInstances = async () => (await world.door.listPresent({ after: null, limit: 1_000 })).instances;
  const guestOf = (uuid: string) => [...world.agents.guests.values()].find((guest) => guest.spec.instanceUuid === uuid);
  const quarantine = (uuid: string, epoch = 1) =>
    world.door.quarantine({ instances: [{ uuid, epoch, reason: REASON }] });
  const listed = async () => {
    const sort = [{ key: 'uuid' as const, direction: 'asc' as const }];
    return (
      await world.door.listInstances({ filter: { deleted: false }, sort, after: null, limit: 1_000 })
    ).instances.map(({ uuid }) => uuid);
  };

  it('asks at its start, once, and again after it was out of touch', async () => {
    const [first, ...more] = await questions();
    expect(more).toEqual([]);
    expect((await questions()).map(({ id }) => id)).toEqual([first?.id]);
    await world.door.acknowledgeNotices({ ids: [first?.id ?? ''] });
    expect(await questions()).toEqual([]);

    const { parts } = world.conductor;
    const later = { ms: 0 };
    const question = new HomesQuestion({ ...parts, clock: { ...parts.clock, now: () => Date.now() + later.ms } });
    await question.askIfDue();
    await world.door.acknowledgeNotices({ ids: (await questions()).map(({ id }) => id) });
    later.ms = 14_000;
    await question.inTouch(async () => undefined);
    expect(await questions()).toEqual([]);
    later.ms = 30_000;
    await question.inTouch(async () => undefined);
    await question.inTouch(async () => undefined);
    expect(await questions()).toHaveLength(1);
    await world.restartConductor();
    expect(await questions()).toHaveLength(1);
  });

  it('does not ask a global tier of an older release, which waits for notices as before', async () => {
    expect(await questions()).toHaveLength(1);
    const from = performance.now();
    const answer = await fetch(`${world.conductor.http.address()}/rpc/door/watchNotices`, {
      method: 'POST',
      headers: { authorization: `Bearer ${DOOR_KEY}`, 'content-type': 'application/json', [VERSION_HEADER]: '1' },
      body: JSON.stringify({ waitMs: 300, limit: 10 }),
    });
    expect([answer.status, await answer.json()]).toEqual([200, { notices: [] }]);
    expect(performance.now() - from).toBeGreaterThan(290);
  });

  it('lists the instances that it has, page by page', async () => {
    const uuids = (await Promise.all([0, 1, 0].map((host) => world.anActiveInstance(host)))).sort();
    const paged: string[] = [];
    for (let after: string | null = null; ; ) {
      const { instances }: { instances: { uuid: string; epoch: number; moving: boolean }[] } =
        await world.door.listPresent({ after, limit: 2 });
      expect(instances.every(({ epoch, moving }) => epoch === 1 && !moving)).toBe(true);
      paged.push(...instances.map(({ uuid }) => uuid));
      after = instances.at(-1)?.uuid ?? null;
      if (instances.length < 2) break;
    }
    expect(paged).toEqual(uuids);
    for (const uuid of uuids) await world.act(uuid, 'delete');
    for (const uuid of uuids) await world.untilGone(uuid);
    expect(await presentInstances()).toEqual([]);
  });

  it('quarantines an instance: stopped, unplugged, in no list, with its disk and its claim, until an operator removes it', async () => {
    const [uuid, other] = await Promise.all([world.anActiveInstance(0), world.anActiveInstance(0)]);
    await quarantine(uuid);
    await quarantine(uuid);
    await waitUntil('the guest to be stopped', () => guestOf(uuid)?.power === 'stopped');
    await waitUntil(
      'its port to leave',
      () => ![...world.agents.bindings.values()].some((binding) => binding.instanceUuid === uuid && binding.present),
    );
    expect(await listed()).toEqual([other]);
    expect((await world.door.describe({})).instances).toBe(1);
    await expect(world.get(uuid)).rejects.toMatchObject({ kind: 'moved' });
    await expect(world.act(uuid, 'start')).rejects.toMatchObject({ kind: 'moved' });
    await expect(world.act(uuid, 'delete')).rejects.toMatchObject({ kind: 'moved' });
    expect((await world.door.listQuarantined({})).instances).toMatchObject([
      { uuid, epoch: 1, name: expect.any(String), hostName: 'host-1', reason: REASON },
    ]);
    expect((await world.leftovers()).claims).toBe(2);
    await world.auditClaims();

    await expect(world.door.removeQuarantined({ uuid, epoch: 2 })).rejects.toMatchObject({ kind: 'not-found' });
    await world.door.removeQuarantined({ uuid, epoch: 1 });
    await expect(world.door.removeQuarantined({ uuid, epoch: 1 })).rejects.toMatchObject({ kind: 'not-found' });
    await waitUntil('the guest to be gone', () => guestOf(uuid) === undefined);
    await world.act(other, 'delete');
    await world.untilGone(other);
    await waitUntil('nothing to be left', async () => {
      expect(await world.leftovers()).toEqual(NOTHING_LEFT);
      return true;
    });
  });

  it('does not touch an instance with another epoch, or one that a move handles', async () => {
    const uuid = await world.anActiveInstance(0);
    await quarantine(uuid, 2);
    expect((await world.get(uuid)).vmState).toBe('active');
    const { write } = world.test.database;
    await write.updateTable('instances').set({ presence: 'arriving' }).where('uuid', '=', uuid).execute();
    expect(await presentInstances()).toEqual([{ uuid, epoch: 1, moving: true }]);
    await quarantine(uuid);
    expect(guestOf(uuid)?.power).toBe('running');
    await write.updateTable('instances').set({ presence: 'here' }).where('uuid', '=', uuid).execute();
    await world.act(uuid, 'delete');
    await world.untilGone(uuid);
  });

  it('ends the operation in progress, and leaves nothing of it', async () => {
    world.agents.guestFate = (guest) => (guest.power === 'stopped' ? 'silence' : 'settle');
    const uuid = await world.anActiveInstance(1);
    const { operationId } = await world.act(uuid, 'stop');
    await quarantine(uuid);
    await waitUntil('the operation to end', async () => {
      const operation = await world.door.getOperation({ id: operationId });
      return operation.finishedAt !== null;
    });
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    expect(guestOf(uuid)?.power).toBe('stopped');
    await world.door.removeQuarantined({ uuid, epoch: 1 });
    await waitUntil('nothing to be left', async () => {
      expect(await world.leftovers()).toEqual(NOTHING_LEFT);
      return true;
    });
  });

  it('takes the same instance again under a higher epoch, next to its quarantined guest', async () => {
    const uuid = await world.anActiveInstance(0);
    const row = (await world.row(uuid)).rows;
    await quarantine(uuid);
    const build = JSON.parse(row?.build ?? '{}');
    await world.request(1, { build, epoch: 5 });
    await world.until(uuid, 'active');
    await world.act(uuid, 'stop');
    await world.until(uuid, 'stopped');
    await world.act(uuid, 'delete');
    await world.untilGone(uuid);
    expect((await world.door.listQuarantined({})).instances).toHaveLength(1);
    expect(guestOf(uuid)?.power).toBe('stopped');
    await world.door.removeQuarantined({ uuid, epoch: 1 });
    await waitUntil('nothing to be left', async () => {
      expect(await world.leftovers()).toEqual(NOTHING_LEFT);
      return true;
    });
  });
});
