import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MoveInAdvance } from '#platform/contracts/door-moves.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { goElsewhere, lookAtMove, type MoveInContext } from '../../../../cell/conductor/operations/move-in-state.ts';
import { oldRowsReconciler } from '../../../../cell/conductor/reconcilers/old-rows.ts';
import { markAbsentUpTo } from '../../../../cell/database/stores/guests.ts';
import { releaseLooseEnds } from '../../../../cell/database/stores/loose-ends.ts';
import { everything } from '../../../support/test-database.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { anEndedOperation, anInstance, MoveIn } from './support/a-move-in.ts';
import { aBuild, aFlavor, anActor, aPort, NETWORK } from './support/build-requests.ts';
import { CellWorld, NOTHING_LEFT } from './support/cell-world.ts';
import { silenceHost } from './support/silent-host.ts';

type Phase = MoveInAdvance['phase'];

describe('moving a server into a cell', () => {
  let world: CellWorld;
  beforeEach(async () => {
    world = await CellWorld.create({ hosts: 3 });
  });
  afterEach(() => world.close());

  const read = () => everything(world.test.database);
  const guestsOf = (uuid: string) =>
    read().selectFrom('guests').selectAll().where('instance_uuid', '=', uuid).execute();
  const moveRow = ({ moveId }: MoveIn) =>
    read().selectFrom('moves_in').selectAll().where('move_id', '=', moveId).executeTakeFirstOrThrow();
  const list = async () => {
    const page = { filter: {}, sort: [], after: null, limit: 10 };
    return (await world.door.listInstances(page)).instances.map((instance) => instance.uuid);
  };
  const nothingLeft = async (uuid: string) => {
    await waitUntil('nothing to be left', async () => {
      expect(await world.leftovers()).toEqual(NOTHING_LEFT);
      return true;
    });
    const rows = await read().selectFrom('instances').select('uuid').where('uuid', '=', uuid).execute();
    expect(rows).toEqual([]);
    const operations = await read()
      .selectFrom('operations')
      .select(['kind', 'state', 'finished_at'])
      .where('subject', '=', uuid)
      .execute();
    expect(operations).toMatchObject([{ kind: 'moveIn', state: 'undone' }]);
    await world.auditClaims();
  };
  /** What a move may change, and what counts writes. */
  const kept = ({ version, updatedAt, host, node, cellName, epoch, ...rest }: Instance) => rest;

  it('brings the whole server, phase by phase', async () => {
    const move = new MoveIn(world);
    expect(await move.begin()).toEqual({ uuid: move.uuid, accepted: true, hostId: world.host(0).id });
    expect(await move.request('prepare')).toMatchObject({ reached: 'prepare', hostName: 'host-1', progress: 0 });
    expect([...world.agents.bindings.values()]).toMatchObject([{ epoch: move.epoch, present: true }]);
    expect(await guestsOf(move.uuid)).toEqual([]);

    expect(await move.request('copy')).toMatchObject({ reached: 'copy', progress: 100 });
    expect([...world.agents.guests.values()]).toMatchObject([
      {
        ...{ epoch: move.epoch, power: 'stopped' },
        spec: { instanceName: 'instance-00000042', diskSource: { ...move.source, otherCell: true } },
      },
    ]);

    expect(await move.request('arrive')).toMatchObject({ reached: 'arrive' });
    expect(await list()).toEqual([]);
    expect((await world.door.describe({})).instances).toBe(0);
    expect(await world.get(move.uuid)).toMatchObject({ taskState: 'migrating', vmState: 'active' });
    await expect(world.act(move.uuid, 'stop')).rejects.toMatchObject({ kind: 'conflict' });
    expect([...world.agents.guests.values()]).toMatchObject([{ power: 'stopped' }]);

    expect(await move.request('start')).toMatchObject({ reached: 'start', message: null });
    expect(await list()).toEqual([move.uuid]);
    const now = await world.until(move.uuid, 'active');
    expect(kept(now)).toEqual(kept(move.instance));
    expect(now).toMatchObject({ epoch: move.epoch, host: 'host-1', cellName: 'cell-test' });
    expect([...world.agents.guests.values()]).toMatchObject([
      { power: 'running', spec: { instanceName: 'instance-00000042' } },
    ]);
    expect(await guestsOf(move.uuid)).toMatchObject([{ role: 'current', power: 'running', settled: 1 }]);
    const { actions } = await world.door.listActions({ uuid: move.uuid });
    expect(actions.map(({ action }) => action)).toEqual(['migrate', 'reboot', 'create']);
    expect(new Set(actions[0]?.events.map(({ result, host }) => `${result} on ${host}`))).toEqual(
      new Set(['Success on host-1', 'Success on null']),
    );
    expect(
      actions
        .slice(1)
        .map(({ requestId }) => requestId)
        .sort(),
    ).toEqual(move.moved.operations.map(({ requestId }) => requestId).sort());
    expect(await moveRow(move)).toMatchObject({ instance: null, source: null, moved: null });
    await world.auditClaims();

    await world.act(move.uuid, 'stop', {}, { userId: 'u', projectId: 'p', isAdmin: true, requestId: 'req-stop' });
    await world.until(move.uuid, 'stopped');
  });

  it('leaves a stopped server without ports stopped', async () => {
    const build = aBuild({ ports: [], networks: [] });
    const instance = anInstance({ ...build, vmState: 'stopped', powerState: 'shutdown', fault: null, lockedBy: null });
    const move = new MoveIn(world, instance, 'stopped');
    await move.go('start');
    expect(await world.until(move.uuid, 'stopped')).toMatchObject({ powerState: 'shutdown' });
    expect([...world.agents.guests.values()]).toMatchObject([{ power: 'stopped' }]);
  });

  it('answers repeated calls as before, and refuses an earlier worker', async () => {
    const move = new MoveIn(world);
    await Promise.all([move.begin(), move.begin(), move.begin()]);
    expect((await world.leftovers()).claims).toBe(1);
    expect(await move.begin([1])).toMatchObject({ accepted: true, hostId: world.host(0).id });
    await move.request('prepare', { token: 5 });
    await expect(move.request('copy', { token: 4 })).rejects.toMatchObject({ kind: 'conflict' });
    await expect(move.begin([0], { token: 4 })).rejects.toMatchObject({ kind: 'conflict' });
    await expect(move.request('copy', { token: 5, source: null })).rejects.toMatchObject({ kind: 'invalid' });
    await expect(move.request('copy', { token: 5, epoch: 3 })).rejects.toMatchObject({ kind: 'conflict' });
    for (const phase of ['copy', 'prepare', 'copy', 'arrive', 'arrive', 'copy', 'start', 'start'] as const) {
      await waitUntil(phase, async () => (await move.request(phase, { token: 6 })) !== null);
    }
    await waitUntil('the start', async () => (await move.request('start', { token: 6 })).reached === 'start');
    expect(await move.request('abort', { token: 7 })).toMatchObject({ reached: 'start' });
    expect(await move.begin([0], { token: 7 })).toMatchObject({ accepted: false, reason: 'stale-epoch' });
    expect(await world.door.moveInStatus({ moveId: move.moveId })).toMatchObject({
      reached: 'start',
      hostName: 'host-1',
    });
    expect((await guestsOf(move.uuid)).length).toBe(1);
  });

  it('knows nothing of a move that was never begun, and refuses one that was aborted before', async () => {
    const move = new MoveIn(world);
    expect(await world.door.moveInStatus({ moveId: move.moveId })).toMatchObject({ reached: 'none' });
    expect(await move.request('prepare')).toMatchObject({ reached: 'gone' });
    expect(await move.request('abort')).toMatchObject({ reached: 'undone' });
    expect(await move.begin()).toMatchObject({ accepted: false, reason: 'stale-epoch' });
    expect(await world.leftovers()).toEqual(NOTHING_LEFT);
  });

  it('refuses a server that it has, and one for which it has no capacity', async () => {
    const uuid = await world.anActiveInstance(0);
    const here = await world.get(uuid);
    expect(await new MoveIn(world, here).begin()).toMatchObject({ accepted: false, reason: 'stale-epoch' });
    const large = new MoveIn(world, anInstance({ flavor: aFlavor({ ramMb: 1e7 }) }));
    expect(await large.begin([0, 1])).toMatchObject({ accepted: false, reason: 'capacity' });
    expect(await large.request('prepare')).toMatchObject({ reached: 'gone' });
    expect((await world.leftovers()).claims).toBe(1);
  });

  for (const phase of ['begin', 'prepare', 'copy', 'arrive'] as const) {
    it(`leaves nothing after an abort at ${phase}`, async () => {
      const move = new MoveIn(world);
      if (phase === 'begin') {
        world.agents.bindingFate = () => 'silence';
        await move.begin();
        world.agents.bindingFate = () => 'settle';
      } else await move.go(phase);
      expect(await move.request('abort')).toMatchObject({ reached: 'undone', message: 'The move was aborted.' });
      await nothingLeft(move.uuid);
      await expect(world.get(move.uuid)).rejects.toMatchObject({ kind: 'not-found' });
      for (const late of ['prepare', 'copy', 'arrive', 'start', 'abort'] as const)
        expect(await move.request(late)).toMatchObject({ reached: 'undone' });
      expect(await moveRow(move)).toMatchObject({ instance: null, moved: null });
    });
  }

  it('goes to an alternate when the first host cannot plug the ports', async () => {
    world.agents.bindingFate = ({ hostName, present }) =>
      hostName === 'host-1' && present ? { message: 'no bridge', permanent: true } : 'settle';
    const move = new MoveIn(world);
    expect(await move.go('prepare', [0, 1])).toMatchObject({ hostName: 'host-2' });
    await move.reach('copy');
    await move.reach('arrive');
    await move.reach('start');
    expect(await world.until(move.uuid, 'active')).toMatchObject({ host: 'host-2' });
    await waitUntil('the ports of the first host to go', async () => (await world.leftovers()).bindings === 1);
    await world.auditClaims();
  });

  it('goes to an alternate when the disk transfer to the first host fails', async () => {
    world.agents.guestFate = ({ hostName, power }) =>
      hostName === 'host-1' && power === 'stopped' ? { message: 'disk full', permanent: true } : 'settle';
    const move = new MoveIn(world);
    expect(await move.go('copy', [0, 1])).toMatchObject({ hostName: 'host-2', progress: 100 });
    await waitUntil('the guest on the first host to go', async () => (await guestsOf(move.uuid)).length === 1);
    expect(await guestsOf(move.uuid)).toMatchObject([{ host_id: world.host(1).id, power: 'stopped' }]);
    await move.reach('arrive');
    await move.reach('start');
    expect(await world.until(move.uuid, 'active')).toMatchObject({ host: 'host-2' });
    await world.auditClaims();
  });

  it('goes to an alternate when its host goes down', async () => {
    world.agents.guestFate = ({ hostName }) => (hostName === 'host-1' ? 'silence' : 'settle');
    const move = new MoveIn(world);
    await move.go('prepare', [0, 1]);
    await move.request('copy', { waitMs: 0 });
    await world.door.updateService({ id: world.host(0).id, forcedDown: true });
    expect(await move.reach('copy')).toMatchObject({ hostName: 'host-2' });
  });

  it('is undone, with the reason, when no host is left', async () => {
    world.agents.guestFate = ({ power, hostName }) =>
      power === 'stopped' ? { message: `disk full on ${hostName}`, permanent: true } : 'settle';
    const move = new MoveIn(world);
    await move.go('prepare', [0, 1]);
    const status = await waitUntil('the move to be undone', async () => {
      const now = await move.request('copy');
      return now.reached === 'undone' ? now : null;
    });
    expect(status.message).toBe('disk full on host-2');
    await nothingLeft(move.uuid);
  });

  it('gives the guest the new source when another address serves its disks', async () => {
    const asked: (string | undefined)[] = [];
    world.agents.guestFate = ({ spec }) => {
      asked.push(spec.diskSource?.url);
      return spec.diskSource?.url === 'http://127.0.0.1:10' ? 'settle' : { message: 'refused', permanent: false };
    };
    const move = new MoveIn(world);
    await move.go('prepare');
    await move.request('copy', { waitMs: 0 });
    await waitUntil('the disk transfer to be tried', async () => asked.length > 0);
    move.source = { ...move.source, url: 'http://127.0.0.1:10' };
    expect(await move.reach('copy')).toMatchObject({ hostName: 'host-1' });
  });

  it('gets a new ticket during the disk transfer when the old one is not valid any more', async () => {
    const ticket = (generation: number) => `guest.${generation}.9000000000000.mac`;
    const asked: (string | undefined)[] = [];
    world.agents.guestFate = ({ spec }) => {
      asked.push(spec.diskSource?.ticket);
      return spec.diskSource?.ticket === ticket(3) ? 'settle' : 'silence';
    };
    const move = new MoveIn(world);
    move.source = { ...move.source, ticket: ticket(2) };
    await move.go('prepare');
    await move.request('copy', { waitMs: 0 });
    await waitUntil('the disk transfer to be tried', async () => asked.length > 0);
    move.source = { ...move.source, ticket: ticket(3) };
    expect(await move.reach('copy')).toMatchObject({ hostName: 'host-1' });
  });

  it('has the changes that users made since it began', async () => {
    const move = new MoveIn(world);
    await move.go('copy');
    const instance = {
      ...move.instance,
      name: 'renamed',
      hostname: 'renamed',
      tags: ['new'],
      metadata: { now: 'this' },
    };
    move.moved = { ...move.moved, instance };
    await move.reach('arrive');
    await move.reach('start');
    expect(await world.until(move.uuid, 'active')).toMatchObject({ name: 'renamed', tags: ['new'] });
    expect([...world.agents.guests.values()]).toMatchObject([{ spec: { displayName: 'renamed' } }]);
    expect([...world.agents.bindings.values()]).toMatchObject([{ hostname: 'renamed' }]);
  });

  it('refuses an action log that is not valid', async () => {
    const move = new MoveIn(world);
    await move.go('copy');
    const running = { ...anEndedOperation(move.uuid, 'stop'), finishedAt: null };
    move.moved = { ...move.moved, operations: [running] };
    await expect(move.request('arrive')).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('is aborted when its epoch is released, but not when a later move has begun', async () => {
    const move = new MoveIn(world);
    await move.go('arrive');
    await world.door.releaseBuild({ uuid: move.uuid, epoch: move.epoch - 1 });
    expect(await move.request('arrive')).toMatchObject({ reached: 'arrive' });
    await world.door.releaseBuild({ uuid: move.uuid, epoch: move.epoch });
    expect(await move.request('abort')).toMatchObject({ reached: 'undone' });
    await nothingLeft(move.uuid);
    expect(await new MoveIn(world, move.instance).begin()).toMatchObject({ reason: 'stale-epoch' });
  });

  it('keeps its claim, and then its guest, when the cell releases an earlier epoch', async () => {
    const move = new MoveIn(world);
    await move.go('prepare');
    const release = () =>
      world.test.database.transaction(async (tx) => {
        await markAbsentUpTo(tx, move.uuid, move.epoch - 1, Date.now());
        return releaseLooseEnds(tx, move.uuid, Date.now());
      });
    expect(await guestsOf(move.uuid)).toEqual([]);
    expect(await release()).toEqual([]);
    expect((await world.leftovers()).claims).toBe(1);

    await move.reach('copy');
    expect(await release()).toEqual([]);
    expect(await guestsOf(move.uuid)).toMatchObject([{ role: 'target' }]);
    expect(await move.request('abort')).toMatchObject({ reached: 'undone' });
    await nothingLeft(move.uuid);
  });

  const ofKind = (uuid: string, kind: string) =>
    read().selectFrom('operations').selectAll().where('subject', '=', uuid).where('kind', '=', kind).execute();

  it('is deleted, and never started, when its user deletes it before it is shown', async () => {
    const powers = new Set<string>();
    world.agents.guestFate = ({ power }) => {
      powers.add(power);
      return 'settle';
    };
    const move = new MoveIn(world, anInstance({ lockedBy: null }));
    await move.go('arrive');
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => world.act(move.uuid, 'delete')));
    expect(others).toEqual([first, first]);
    const id = first?.operationId ?? '';
    await expect(
      world.door.resolveOperation({ id, direction: 'forward', actor: anActor({ isAdmin: true }) }),
    ).rejects.toMatchObject({ kind: 'conflict' });
    expect(await move.request('arrive')).toMatchObject({ reached: 'arrive' });
    expect(await move.request('start')).toMatchObject({ reached: 'gone' });
    await world.untilGone(move.uuid);
    await waitUntil('nothing to be left', async () => {
      expect(await world.leftovers()).toEqual(NOTHING_LEFT);
      return true;
    });
    expect([...powers]).toEqual(['stopped', 'absent']);
    expect(await ofKind(move.uuid, 'delete')).toMatchObject([{ id, state: 'done' }]);
    const { notices } = await world.door.watchNotices({ waitMs: 0, limit: 100 });
    expect(notices.filter(({ instanceUuid }) => instanceUuid === move.uuid)).toMatchObject([
      { kind: 'instance-deleted', epoch: move.epoch },
    ]);
  });

  it('loses no delete that comes together with the start', async () => {
    const race = async (first: 'start' | 'delete') => {
      const move = new MoveIn(world, anInstance({ lockedBy: null }));
      await move.go('arrive');
      const start = () => move.request('start');
      const deletion = () => world.act(move.uuid, 'delete');
      await Promise.all((first === 'start' ? [start, deletion] : [deletion, start]).map((each) => each()));
      await world.untilGone(move.uuid);
    };
    await Promise.all(Array.from({ length: 8 }, (_, at) => race(at % 2 === 0 ? 'start' : 'delete')));
    await waitUntil('nothing to be left', async () => {
      expect(await world.leftovers()).toEqual(NOTHING_LEFT);
      return true;
    });
  });

  it('drops a delete with everything else when it is aborted', async () => {
    const move = new MoveIn(world, anInstance({ lockedBy: null }));
    await move.go('arrive');
    await world.act(move.uuid, 'delete');
    expect(await move.request('abort')).toMatchObject({ reached: 'undone' });
    await nothingLeft(move.uuid);
  });

  it('is deleted whole by its user right after the hand-over', async () => {
    world.agents.guestFate = ({ power }) => (power === 'running' ? 'silence' : 'settle');
    const move = new MoveIn(world, anInstance({ lockedBy: null }));
    await move.go('arrive');
    await waitUntil(
      'it to be in lists',
      async () => (await move.request('start', { waitMs: 0 })).reached === 'revealed',
    );
    expect(await list()).toEqual([move.uuid]);
    await world.act(move.uuid, 'delete');
    expect(await move.request('start')).toMatchObject({ reached: 'gone' });
    await world.untilGone(move.uuid);
    await waitUntil('nothing to be left', async () => {
      expect(await world.leftovers()).toEqual(NOTHING_LEFT);
      return true;
    });
    const { instances } = await world.door.listInstances({
      filter: { deleted: true },
      sort: [],
      after: null,
      limit: 10,
    });
    expect(instances.map(({ uuid }) => uuid)).toEqual([move.uuid]);
  });

  it('ends in ERROR, and can be rebooted, when the guest cannot be started', async () => {
    let broken = true;
    world.agents.guestFate = ({ power }) =>
      power === 'running' && broken ? { message: 'no such machine type', permanent: true } : 'settle';
    const move = new MoveIn(world, anInstance({ lockedBy: null }));
    await move.go('arrive');
    expect(await move.reach('start')).toMatchObject({ message: 'no such machine type' });
    expect(await world.until(move.uuid, 'error')).toMatchObject({ fault: { message: 'no such machine type' } });
    broken = false;
    await world.act(move.uuid, 'reboot', { reboot: 'hard' });
    await world.until(move.uuid, 'active');
  });

  it('goes on where it was under a restarted conductor', async () => {
    const move = new MoveIn(world);
    await move.begin();
    await move.reach('prepare');
    await world.restartConductor();
    for (const phase of ['copy', 'arrive'] as const) await move.reach(phase);
    await world.restartConductor();
    await move.reach('start');
    await world.until(move.uuid, 'active');
    await world.auditClaims();
  });

  it('is not harmed by a worker that resumes late', async () => {
    const move = new MoveIn(world);
    await move.go('prepare', [0, 1]);
    const { operation_id: operationId } = await moveRow(move);
    const { parts } = world.conductor;
    const late = {
      ...{ operationId, subject: move.uuid, params: { moveId: move.moveId }, now: Date.now(), log: silentLogger },
    } as MoveInContext;
    const seen = await lookAtMove(late, parts);
    await move.reach('copy');
    await expect(goElsewhere(late, parts, seen, 'it seemed broken')).rejects.toThrow('taken the instance over');
    await move.reach('arrive');
    await move.reach('start');
    expect(await world.until(move.uuid, 'active')).toMatchObject({ host: 'host-1' });
    expect(await world.leftovers()).toMatchObject({ guests: 1, claims: 1, bindings: 1 });
  });

  it('is deleted a day after its end, and not while it is in progress', async () => {
    const [ended, inProgress] = [new MoveIn(world), new MoveIn(world)];
    await ended.go('prepare');
    await ended.request('abort');
    await inProgress.go('prepare');
    await read()
      .updateTable('moves_in')
      .set({ changed_at: Date.now() - 2 * 86_400_000 })
      .execute();
    await oldRowsReconciler(world.conductor.parts).reconcile();
    expect(await world.door.moveInStatus({ moveId: ended.moveId })).toMatchObject({ reached: 'none' });
    expect(await world.door.moveInStatus({ moveId: inProgress.moveId })).toMatchObject({ reached: 'prepare' });
  });

  it('waits for the remains of an earlier guest on the host', async () => {
    world.agents.bindingFate = ({ present }) => (present ? 'settle' : 'silence');
    const first = new MoveIn(world);
    await first.go('copy');
    expect(await first.request('abort')).toMatchObject({ reached: 'undone' });
    const second = new MoveIn(world, { ...first.instance, epoch: first.epoch });
    expect(await second.begin()).toMatchObject({ accepted: true });
    expect(await second.request('prepare', { waitMs: 200 })).toMatchObject({ reached: 'none' });
    world.agents.bindingFate = () => 'settle';
    await world.agents.workBindings(null);
    await second.reach('prepare');
    for (const phase of ['copy', 'arrive', 'start'] as const) await second.reach(phase);
    expect([...world.agents.bindings.values()]).toMatchObject([{ epoch: second.epoch }]);
  });

  describe('next to an earlier guest', () => {
    /** A build that the cell was told to give up, on a host that does not say that the guest is gone. */
    const aLingeringGuest = async () => {
      const uuid = await world.anActiveInstance(0, { epoch: 4 });
      const instance = await world.get(uuid);
      world.agents.guestFate = ({ power }) => (power === 'absent' ? 'silence' : 'settle');
      await world.door.releaseBuild({ uuid, epoch: 4 });
      return new MoveIn(world, instance);
    };

    it('waits until the agent says that the earlier guest is gone', async () => {
      const move = await aLingeringGuest();
      await move.begin([1]);
      expect(await move.request('prepare', { waitMs: 200 })).toMatchObject({ reached: 'none' });
      expect(await ofKind(move.uuid, 'moveIn')).toMatchObject([
        { history: expect.stringContaining('an earlier guest on host host-1 to go') },
      ]);
      world.agents.guestFate = () => 'settle';
      await world.agents.workGuests(null);
      for (const phase of ['prepare', 'copy', 'arrive', 'start'] as const) await move.reach(phase);
      expect(await world.until(move.uuid, 'active')).toMatchObject({ host: 'host-2' });
    });

    it('takes the word of an operator that nothing runs on its host, when the agent is silent', async () => {
      const move = await aLingeringGuest();
      await move.begin([1]);
      await world.door.updateService({ id: world.host(0).id, forcedDown: true });
      expect(await move.request('prepare', { waitMs: 200 })).toMatchObject({ reached: 'none' });
      await silenceHost(world, world.host(0).id);
      for (const phase of ['prepare', 'copy', 'arrive', 'start'] as const) await move.reach(phase);
      expect(await world.until(move.uuid, 'active')).toMatchObject({ host: 'host-2' });
    });

    it('goes back when the agent says nothing for long', async () => {
      const move = await aLingeringGuest();
      await move.begin([1]);
      const longAgo = Date.now() - 700_000;
      await read().updateTable('moves_in').set({ changed_at: longAgo }).execute();
      const status = await waitUntil('the move to be undone', async () => {
        const now = await move.request('prepare');
        return now.reached === 'undone' ? now : null;
      });
      expect(status.message).toBe(
        'An earlier guest of this server on host host-1 may still run: its agent does not report it.',
      );
      world.agents.guestFate = () => 'settle';
      await world.agents.workGuests(null);
      await waitUntil('nothing to be left', async () => {
        expect(await world.leftovers()).toEqual(NOTHING_LEFT);
        return true;
      });
    });

    it('does not wait for one that its agent reported as stopped', async () => {
      const uuid = await world.anActiveInstance(0, { epoch: 4 });
      await world.act(uuid, 'stop');
      const instance = await world.until(uuid, 'stopped');
      world.agents.guestFate = ({ power }) => (power === 'absent' ? 'silence' : 'settle');
      await world.door.releaseBuild({ uuid, epoch: 4 });
      await new MoveIn(world, instance, 'stopped').go('start', [1]);
      expect(await world.until(uuid, 'stopped')).toMatchObject({ host: 'host-2' });
    });

    it('does not wait for one that was never started', async () => {
      world.agents.guestFate = ({ power }) => (power === 'absent' ? 'silence' : 'settle');
      const first = new MoveIn(world);
      await first.go('copy');
      await first.request('abort');
      const second = new MoveIn(world, { ...first.instance, epoch: first.epoch });
      await second.go('start', [1]);
      expect(await world.until(second.uuid, 'active')).toMatchObject({ host: 'host-2' });
    });
  });

  it('comes back to the cell that it has just left', async () => {
    const port = aPort();
    const uuid = await world.anActiveInstance(0, { build: aBuild({ ports: [port], networks: [NETWORK] }), epoch: 4 });
    await world.act(uuid, 'reboot', { reboot: 'hard' });
    const before = await world.until(uuid, 'active');
    const out = { moveId: randomUUID(), uuid, token: 1, waitMs: 5_000, epoch: 4, actor: admin };
    for (const phase of ['begin', 'stop'] as const) await world.door.moveOut({ ...out, phase });
    const { moved } = await world.door.moveOut({ ...out, phase: 'fence' });
    // The guest that leaves is still there when the server comes back.
    world.agents.guestFate = ({ power }) => (power === 'absent' ? 'silence' : 'settle');
    await waitUntil('it to have left', async () => {
      await world.door.moveOut({ ...out, phase: 'release', waitMs: 0 });
      return (await world.row(uuid)).rows?.presence === 'left';
    });
    const back = new MoveIn(world, { ...before, epoch: 8 });
    if (moved === null) throw new Error('nothing was brought');
    back.moved = moved;
    expect(await back.begin()).toMatchObject({ accepted: true });
    expect(await back.request('prepare', { waitMs: 200 })).toMatchObject({ reached: 'none' });
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    for (const phase of ['prepare', 'copy', 'arrive', 'start'] as Exclude<Phase, 'abort'>[]) await back.reach(phase);
    expect(kept(await world.until(uuid, 'active'))).toEqual(kept(before));
    expect(await world.door.moveOut({ ...out, phase: 'release' })).toMatchObject({ reached: 'release' });
    expect((await world.door.listActions({ uuid })).actions.map(({ action }) => action)).toEqual([
      'migrate',
      'reboot',
      'create',
    ]);
    expect(await guestsOf(uuid)).toMatchObject([{ role: 'current', epoch: 9 }]);
    await world.auditClaims();
  });
});

const admin = { userId: 'admin', projectId: 'admin', isAdmin: true, requestId: 'req-admin' };
