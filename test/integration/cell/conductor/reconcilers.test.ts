import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { oldRowsReconciler } from '../../../../cell/conductor/reconcilers/old-rows.ts';
import { overdueGuestsReconciler } from '../../../../cell/conductor/reconcilers/overdue-guests.ts';
import { unansweredBuildsReconciler } from '../../../../cell/conductor/reconcilers/unanswered-builds.ts';
import { findMoveOut, insertMoveOut, noteDelete } from '../../../../cell/database/stores/moves-out.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBuild } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useCellWorld } from './support/use-cell-world.ts';

describe('the reconcilers of a cell', () => {
  let world: CellWorld;
  useCellWorld({ hosts: 1 }, (made) => {
    world = made;
  });
  /** The same parts at another time. */
  const partsIn = (ms: number) => ({
    ...world.conductor.parts,
    clock: { ...world.conductor.parts.clock, now: () => Date.now() + ms },
  });

  it('a failed build without an answer becomes ERROR, and can still be released', async () => {
    world.agents.guestFate = (guest) => (guest.power === 'running' ? { message: 'broken', permanent: true } : 'settle');
    const uuid = await world.request(0);
    await waitUntil('the notice', async () => {
      const { notices } = await world.door.watchNotices({ waitMs: 500, limit: 10 });
      return notices.some((notice) => notice.instanceUuid === uuid);
    });
    world.agents.guestFate = () => 'settle';
    await unansweredBuildsReconciler(partsIn(590_000)).reconcile();
    expect((await world.get(uuid)).vmState).toBe('building');
    await unansweredBuildsReconciler(partsIn(610_000)).reconcile();
    expect(await world.get(uuid)).toMatchObject({ vmState: 'error', taskState: null, fault: { message: 'broken' } });
    await world.door.releaseBuild({ uuid, epoch: 1 });
    await expect(world.get(uuid)).rejects.toMatchObject({ kind: 'moved' });
  });

  it('wakes the agent of an overdue guest again', async () => {
    const uuid = await world.anActiveInstance();
    const guest = [...world.agents.guests.values()].find((candidate) => candidate.spec.instanceUuid === uuid);
    await world.test.database.write
      .updateTable('guests')
      .set((eb) => ({ settled: 0, generation: eb('generation', '+', 1) }))
      .where('id', '=', guest?.guestId ?? '')
      .execute();
    await overdueGuestsReconciler(partsIn(11_000)).reconcile();
    await waitUntil('the agent to be woken', () => world.agents.guests.get(guest?.guestId ?? '')?.generation === 2);
  });

  it('servers that were deleted long ago are dropped, with their action logs', async () => {
    const uuid = await world.anActiveInstance();
    await world.act(uuid, 'delete');
    await world.untilGone(uuid);
    await oldRowsReconciler(partsIn(80 * 86_400_000)).reconcile();
    expect((await world.door.listActions({ uuid })).actions).toHaveLength(2);
    await oldRowsReconciler(partsIn(91 * 86_400_000)).reconcile();
    await expect(world.door.listActions({ uuid })).rejects.toMatchObject({ kind: 'not-found' });
    expect((await world.row(uuid)).rows).toBeUndefined();
  });

  it('operations that ended long ago are dropped, however many, unless they are the action log of a server', async () => {
    const uuid = await world.anActiveInstance();
    const { database } = world.test;
    const before = Date.now() - 91 * 86_400_000;
    const operation = (finishedAt: number | null) => ({
      ...{ id: randomUUID(), kind: 'build', subject: randomUUID(), state: 'done' as const, step_index: 0, attempt: 1 },
      ...{ params: '{}', outputs: '{}', history: '[]', message: null, wake_at: 0, lease_owner: null, lease_token: 1 },
      ...{ lease_expires_at: Number.MAX_SAFE_INTEGER, deadline_at: Number.MAX_SAFE_INTEGER, request_id: 'req-old' },
      ...{ user_id: null, project_id: null, created_at: before, updated_at: before, finished_at: finishedAt },
    });
    const recent = operation(Date.now());
    const running = operation(null);
    const ofServer = { ...operation(before), subject: uuid };
    const old = Array.from({ length: 1_100 }, () => operation(before));
    await database.write
      .insertInto('operations')
      .values([...old, recent, running, ofServer])
      .execute();
    await oldRowsReconciler(world.conductor.parts).reconcile();
    const rows = await database.read
      .selectFrom('operations')
      .select('id')
      .where('request_id', '=', 'req-old')
      .execute();
    expect(rows.map((row) => row.id).sort()).toEqual([recent.id, running.id, ofServer.id].sort());
    await database.write.deleteFrom('operations').where('id', '=', running.id).execute();
  });

  it('locks of server groups without a member are dropped', async () => {
    const serverGroup = { id: randomUUID(), name: 'group', policy: 'anti-affinity', maxServerPerHost: 1 };
    const build = aBuild({ serverGroup });
    await world.anActiveInstance(0, { build });
    const { read, write } = world.test.database;
    const unused = randomUUID();
    await write.insertInto('group_locks').values({ group_id: unused, version: 1 }).execute();
    await oldRowsReconciler(world.conductor.parts).reconcile();
    const groups = async () =>
      (await read.selectFrom('group_locks').select('group_id').execute()).map((row) => row.group_id);
    expect(await groups()).toEqual([serverGroup.id]);
    await world.act(build.uuid, 'delete');
    await world.untilGone(build.uuid);
    await oldRowsReconciler(world.conductor.parts).reconcile();
    expect(await groups()).toEqual([]);
  });

  it('moves that ended more than a day ago are dropped, those in progress are not', async () => {
    const { database } = world.test;
    const twoDaysAgo = Date.now() - 2 * 86_400_000;
    const move = async (reached: 'undone' | 'release' | 'fence', at: number): Promise<string> => {
      const row = { moveId: randomUUID(), instanceUuid: randomUUID(), epoch: 1, operationId: null, token: 1 };
      await database.transaction((tx) => insertMoveOut(tx, { ...row, requested: 'begin', reached, message: null }, at));
      return row.moveId;
    };
    const old = [await move('undone', twoDaysAgo), await move('release', twoDaysAgo)];
    const kept = [await move('release', Date.now()), await move('fence', twoDaysAgo)];
    await oldRowsReconciler(world.conductor.parts).reconcile();
    for (const id of old) expect(await findMoveOut(database.read, id)).toBeNull();
    for (const id of kept) expect(await findMoveOut(database.read, id)).not.toBeNull();
  });

  it('a move with a recorded delete is kept as long as a deleted server', async () => {
    const { database } = world.test;
    const left = async (reached: 'undone' | 'release', daysAgo: number): Promise<string> => {
      const row = { moveId: randomUUID(), instanceUuid: randomUUID(), epoch: 1, operationId: null, token: 1 };
      const at = Date.now() - daysAgo * 86_400_000;
      await database.transaction(async (tx) => {
        await insertMoveOut(tx, { ...row, requested: 'release', reached, message: null }, at);
        await noteDelete(tx, row.moveId);
      });
      return row.moveId;
    };
    const old = [await left('undone', 2), await left('release', 91)];
    const kept = [await left('release', 2), await left('release', 89)];
    await oldRowsReconciler(world.conductor.parts).reconcile();
    for (const id of old) expect(await findMoveOut(database.read, id)).toBeNull();
    for (const id of kept) expect(await findMoveOut(database.read, id)).not.toBeNull();
  });
});
