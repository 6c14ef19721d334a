import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import type { Instance } from '#platform/objects/instance.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import { markAbsent } from '../../../../cell/database/stores/guests.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { anInstance, MoveIn } from './support/a-move-in.ts';
import { MoveOut } from './support/a-move-out.ts';
import { aFlavor, anActor } from './support/build-requests.ts';
import { type CellWorld, NOTHING_LEFT } from './support/cell-world.ts';
import { useCellWorld } from './support/use-cell-world.ts';

describe('resetting the state of a server', () => {
  let world: CellWorld;
  useCellWorld({ hosts: 2, total: { vcpus: 1_000, ramMb: 1_000_000, diskGb: 10_000 } }, (made) => {
    world = made;
  });
  afterEach(() => {
    world.agents.guestFate = () => 'settle';
    world.agents.bindingFate = () => 'settle';
  });

  const admin = anActor({ isAdmin: true, projectId: 'admins' });
  const flavor = aFlavor({ id: '2', vcpus: 2 });
  const reset = (uuid: string, state: 'active' | 'error') => world.act(uuid, 'resetState', { state }, admin);
  const guestsOf = (uuid: string) =>
    world.test.database.read.selectFrom('guests').selectAll().where('instance_uuid', '=', uuid).execute();
  const idsOfGuests = async (uuid: string) => (await guestsOf(uuid)).map(({ id }) => id);
  const unfinished = (uuid: string) =>
    world.test.database.read
      .selectFrom('operations')
      .select(['kind', 'state'])
      .where('subject', '=', uuid)
      .where('finished_at', 'is', null)
      .execute();
  const untilTask = (uuid: string, task: Instance['taskState']) =>
    waitUntil(`${uuid} to be ${task}`, async () => ((await world.get(uuid)).taskState === task ? true : null));
  const settleAll = async () => {
    world.agents.guestFate = () => 'settle';
    world.agents.bindingFate = () => 'settle';
    await Promise.all([world.agents.workGuests(null), world.agents.workBindings(null)]);
  };

  /** What was interrupted ends, the state stays as it was written, and one guest, of one claim, is left of the server. */
  const staysAlone = async (uuid: string, vmState: Instance['vmState']) => {
    await settleAll();
    await waitUntil('the interrupted operation to end', async () =>
      (await unfinished(uuid)).length === 0 ? true : null,
    );
    await waitUntil('one guest', async () => ((await guestsOf(uuid)).length === 1 ? true : null));
    const { rows } = await world.row(uuid);
    expect(rows).toMatchObject({ vm_state: vmState, task_state: null, operation_id: null, old_flavor: null });
    const [guest] = await guestsOf(uuid);
    expect(guest).toMatchObject({ id: rows?.guest_id, role: 'current' });
    const claims = await world.test.database.read
      .selectFrom('claims')
      .select('guest_id')
      .where('instance_uuid', '=', uuid)
      .execute();
    expect(claims).toEqual([{ guest_id: guest?.id }]);
    await world.auditClaims();
  };
  /** It can be used again, with one guest that runs, and nothing is left after its end. */
  const runsAgainAndGoes = async (uuid: string) => {
    await world.act(uuid, 'reboot', { reboot: 'hard' });
    await world.until(uuid, 'active');
    const running = [...world.agents.guests.values()].filter(
      ({ spec, power }) => spec.instanceUuid === uuid && power === 'running',
    );
    expect(running).toHaveLength(1);
    await world.act(uuid, 'delete');
    await world.untilGone(uuid);
    await waitUntil('nothing to be left', async () =>
      JSON.stringify(await world.leftovers()) === JSON.stringify(NOTHING_LEFT) ? true : null,
    );
  };

  it('writes the state and clears the task, on a locked server too, and is in the action log', async () => {
    const uuid = await world.anActiveInstance();
    await world.door.lockInstance({ uuid, locked: true, reason: null, actor: anActor() });
    await reset(uuid, 'error');
    expect(await world.get(uuid)).toMatchObject({ vmState: 'error', taskState: null, powerState: 'running' });
    await reset(uuid, 'active');
    expect(await world.get(uuid)).toMatchObject({ vmState: 'active', taskState: null });
    const { actions } = await world.door.listActions({ uuid });
    expect(actions[0]).toMatchObject({ action: 'resetState', projectId: 'admins', message: null, events: [] });
    await expect(world.act(uuid, 'resetState', { state: 'paused' }, admin)).rejects.toMatchObject({ kind: 'invalid' });
    await expect(reset(randomUUID(), 'active')).rejects.toMatchObject({ kind: 'not-found' });
    await world.door.lockInstance({ uuid, locked: false, reason: null, actor: anActor() });
    await runsAgainAndGoes(uuid);
  });

  it('is done once for repeated requests', async () => {
    const uuid = await world.anActiveInstance();
    const request = { uuid, operationId: randomUUID(), kind: 'resetState', params: { state: 'error' }, actor: admin };
    await world.door.act(request);
    await world.act(uuid, 'reboot', { reboot: 'hard' });
    await world.until(uuid, 'active');
    expect(await world.door.act(request)).toEqual({ operationId: request.operationId });
    expect((await world.get(uuid)).vmState).toBe('active');
    await runsAgainAndGoes(uuid);
  });

  it.each(['active', 'error'] as const)('to %s takes over from a stop that hangs', async (state) => {
    const uuid = await world.anActiveInstance();
    world.agents.guestFate = () => 'silence';
    await world.act(uuid, 'stop');
    await reset(uuid, state);
    await staysAlone(uuid, state);
    await runsAgainAndGoes(uuid);
  });

  it('shows the power that the guest reports after it took over from a stop', async () => {
    const uuid = await world.anActiveInstance();
    world.agents.guestFate = () => 'silence';
    await world.act(uuid, 'stop');
    await reset(uuid, 'active');
    expect((await world.get(uuid)).powerState).toBe('running');
    await settleAll();
    const stopped = await waitUntil('its power', async () => {
      const instance = await world.get(uuid);
      return instance.powerState === 'shutdown' ? instance : null;
    });
    expect(stopped).toMatchObject({ vmState: 'active', taskState: null });
    await world.agents.workGuests(await idsOfGuests(uuid));
    expect((await world.get(uuid)).updatedAt).toBe(stopped.updatedAt);
    await runsAgainAndGoes(uuid);
  });

  it('shows the power of a guest that has stopped already', async () => {
    const uuid = await world.anActiveInstance();
    world.agents.guestFate = () => 'silence';
    const { operationId } = await world.act(uuid, 'stop');
    // What is there when the worker dies between the report and its next step.
    await world.test.database.write
      .updateTable('guests')
      .set({ settled: 1, found_power: POWER_STATE.shutdown, found_generation: sql`generation` })
      .where('instance_uuid', '=', uuid)
      .execute();
    await reset(uuid, 'error');
    const row = await world.row(uuid);
    expect(row.rows).toMatchObject({ vm_state: 'error', power_state: POWER_STATE.shutdown });
    await waitUntil('the stop to end', async () =>
      (await world.door.getOperation({ id: operationId })).finishedAt === null ? null : true,
    );
    expect((await world.row(uuid)).rows).toMatchObject({ vm_state: 'error', power_state: POWER_STATE.shutdown });
    world.agents.guestFate = () => 'settle';
    await runsAgainAndGoes(uuid);
  });

  it('takes no report that was made before it: its reader may have left the power to the stop', async () => {
    const uuid = await world.anActiveInstance();
    world.agents.guestFate = () => 'silence';
    await world.act(uuid, 'stop');
    const [before] = await guestsOf(uuid);
    await reset(uuid, 'active');
    const [after] = await guestsOf(uuid);
    expect(after?.generation).toBeGreaterThan(before?.generation ?? Number.NaN);
    expect(after).toMatchObject({ power: 'stopped', settled: 0 });
    await settleAll();
    await waitUntil('its power', async () => ((await world.get(uuid)).powerState === 'shutdown' ? true : null));
    await runsAgainAndGoes(uuid);
  });

  it('takes over from a build that hangs', async () => {
    world.agents.guestFate = () => 'silence';
    const uuid = await world.request(0);
    await reset(uuid, 'error');
    await staysAlone(uuid, 'error');
    await world.act(uuid, 'delete');
    await world.untilGone(uuid);
  });

  it('names no guest that a failing build has given up', async () => {
    world.agents.guestFate = () => 'silence';
    const uuid = await world.request(0);
    await untilTask(uuid, 'spawning');
    // What is left when the worker dies after it gave the last host up.
    await world.test.database.transaction((tx) => markAbsent(tx, uuid, Date.now()));
    await reset(uuid, 'error');
    expect((await world.row(uuid)).rows).toMatchObject({
      vm_state: 'error',
      guest_id: null,
      host_id: null,
      host: null,
    });
    await settleAll();
    await waitUntil('its guest to go', async () => ((await guestsOf(uuid)).length === 0 ? true : null));
    await world.auditClaims();
  });

  it('keeps a build that failed from being placed elsewhere', async () => {
    world.agents.guestFate = () => ({ message: 'disk broke', permanent: true });
    const uuid = await world.request(0);
    await waitUntil('it to fail', async () => ((await world.row(uuid)).rows?.build_failed_at ?? null) !== null);
    await reset(uuid, 'error');
    await expect(world.door.releaseBuild({ uuid, epoch: 1, onlyFailed: true })).rejects.toMatchObject({
      kind: 'conflict',
    });
    expect(await world.get(uuid)).toMatchObject({ vmState: 'error', taskState: null });
    await settleAll();
    await world.act(uuid, 'delete');
    await world.untilGone(uuid);
  });

  for (const target of [0, 1]) {
    const where = target === 0 ? 'on the same host' : 'to another host';

    it(`takes over from a resize ${where} that stops its guest`, async () => {
      const uuid = await world.anActiveInstance(0);
      world.agents.guestFate = () => 'silence';
      await world.act(uuid, 'resize', { flavor, hostId: world.host(target).id });
      await waitUntil('the stop', async () => ((await guestsOf(uuid))[0]?.power === 'stopped' ? true : null));
      await reset(uuid, 'active');
      await staysAlone(uuid, 'active');
      await runsAgainAndGoes(uuid);
    });

    it(`takes over from a resize ${where} that creates its guest`, async () => {
      const uuid = await world.anActiveInstance(0);
      world.agents.guestFate = (guest) => (guest.power === 'stopped' ? 'settle' : 'silence');
      await world.act(uuid, 'resize', { flavor, hostId: world.host(target).id });
      await untilTask(uuid, 'resize_finish');
      await reset(uuid, 'error');
      await staysAlone(uuid, 'error');
      expect(await world.get(uuid)).toMatchObject({ host: 'host-1', flavor: { id: '1' } });
      await runsAgainAndGoes(uuid);
    });

    it(`removes the earlier guest of a server that was resized ${where}`, async () => {
      const uuid = await world.anActiveInstance(0);
      await world.act(uuid, 'resize', { flavor, hostId: world.host(target).id });
      await world.until(uuid, 'resized');
      await reset(uuid, 'active');
      await staysAlone(uuid, 'active');
      expect(await world.get(uuid)).toMatchObject({ host: `host-${target + 1}`, flavor: { id: '2' }, oldFlavor: null });
      await runsAgainAndGoes(uuid);
    });

    it(`takes over from the revert of a resize ${where}`, async () => {
      const uuid = await world.anActiveInstance(0);
      await world.act(uuid, 'resize', { flavor, hostId: world.host(target).id });
      await world.until(uuid, 'resized');
      world.agents.guestFate = () => 'silence';
      await world.act(uuid, 'revertResize');
      await waitUntil('the revert to begin', async () =>
        (await guestsOf(uuid)).some(({ role }) => role === 'leaving') ? true : null,
      );
      await reset(uuid, 'active');
      await staysAlone(uuid, 'active');
      expect(await world.get(uuid)).toMatchObject({ host: 'host-1', flavor: { id: '1' } });
      await runsAgainAndGoes(uuid);
    });
  }

  it('does not stop a delete in progress', async () => {
    const uuid = await world.anActiveInstance();
    world.agents.guestFate = () => 'silence';
    await world.act(uuid, 'delete');
    await reset(uuid, 'error');
    expect(await world.get(uuid)).toMatchObject({ vmState: 'error', taskState: 'deleting' });
    await settleAll();
    await world.untilGone(uuid);
    expect(await unfinished(uuid)).toEqual([]);
  });

  it('ends a move to another cell before its hand-over, and waits for the outcome of a hand-over', async () => {
    const uuid = await world.anActiveInstance();
    const move = new MoveOut(world, uuid);
    await move.go('stop');
    await reset(uuid, 'active');
    const status = await waitUntil('the move to end', async () => {
      const found = await move.request('abort');
      return found.reached === 'gone' ? found : null;
    });
    expect(status.reached).toBe('gone');
    await staysAlone(uuid, 'active');

    const other = await world.anActiveInstance();
    const fenced = new MoveOut(world, other);
    await fenced.go('fence');
    await expect(reset(other, 'error')).rejects.toMatchObject({ kind: 'conflict' });
    expect(await world.get(other)).toMatchObject({ vmState: 'active', taskState: 'migrating' });
    await fenced.request('abort');
    await world.until(other, 'active');
    await world.act(other, 'delete');
    await world.untilGone(other);
    await runsAgainAndGoes(uuid);
  });

  it('makes the old cell keep its guest while the server starts after a move', async () => {
    const move = new MoveIn(world, anInstance({ lockedBy: null, lockReason: null }));
    await move.go('arrive');
    world.agents.guestFate = (guest) => (guest.power === 'running' ? 'silence' : 'settle');
    await waitUntil('it to be shown', async () => ((await move.request('start')).reached === 'revealed' ? true : null));
    await reset(move.uuid, 'error');
    const status = await move.reach('start');
    expect(status.message).toContain('taken the instance over');
    await staysAlone(move.uuid, 'error');
    await runsAgainAndGoes(move.uuid);
  });
});
