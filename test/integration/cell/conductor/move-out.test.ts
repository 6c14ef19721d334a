import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MoveOutStatus } from '#platform/contracts/door-moves.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { checkDiskTicket, generationOfTicket } from '#platform/rpc/disk-ticket.ts';
import { sharedVerifier } from '#platform/rpc/signing.ts';
import { AGENT_KEY } from '../../../support/test-keys.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBuild, anActor, NETWORK } from './support/build-requests.ts';
import { CellWorld } from './support/cell-world.ts';

type Order = Parameters<CellWorld['door']['moveOut']>[0];

describe('moving a server out of its cell', () => {
  let shared: CellWorld;
  let world: CellWorld;
  beforeAll(async () => {
    shared = await CellWorld.create({ hosts: 2, total: { vcpus: 100, ramMb: 100_000, diskGb: 10_000 } });
    world = shared;
  });
  afterEach(async () => {
    if (world !== shared) await world.close();
    world = shared;
    world.agents.guestFate = () => 'settle';
  });
  afterAll(() => shared.close());

  const moveOf = (uuid: string, moveId = randomUUID()) => ({
    moveId,
    request: (phase: Order['phase'], rest: Partial<Order> = {}): Promise<MoveOutStatus> =>
      world.door.moveOut({
        ...{ moveId, uuid, token: 1, waitMs: 5_000, epoch: 1, phase },
        actor: anActor({ isAdmin: true }),
        ...rest,
      }),
  });
  const guestsOf = (uuid: string) =>
    world.test.database.read.selectFrom('guests').selectAll().where('instance_uuid', '=', uuid).execute();
  const noOperationLeft = (uuid: string) =>
    waitUntil('every operation to have ended', async () => {
      const { operations } = await world.door.listOperations({ subject: uuid, limit: 100 });
      return operations.every(({ finishedAt }) => finishedAt !== null);
    });
  /** It has no guest, claim or port, neither in rows nor on hosts. */
  const nothingLeft = (uuid: string) =>
    waitUntil('nothing to be left', async () => {
      const { read } = world.test.database;
      for (const table of ['guests', 'claims', 'port_bindings'] as const)
        expect(await read.selectFrom(table).selectAll().where('instance_uuid', '=', uuid).execute()).toEqual([]);
      const { guests, bindings } = world.agents;
      expect([...guests.values()].filter(({ spec }) => spec.instanceUuid === uuid)).toEqual([]);
      expect([...bindings.values()].filter(({ instanceUuid }) => instanceUuid === uuid)).toEqual([]);
      return true;
    });
  const deletionsTold = async (uuid: string) => {
    const { notices } = await world.door.watchNotices({ waitMs: 0, limit: 1_000 });
    return notices.filter(({ instanceUuid }) => instanceUuid === uuid);
  };
  /** What users see, but for the counter and the time of the last write. */
  const seen = ({ version: _version, updatedAt: _updatedAt, ...rest }: Instance) => rest;

  it('goes phase by phase, and leaves nothing but the answer that it has moved', async () => {
    const uuid = await world.anActiveInstance(0, { build: aBuild({ tags: ['a', 'b'], metadata: { k: 'v' } }) });
    await world.act(uuid, 'reboot', { reboot: 'hard' });
    const before = await world.until(uuid, 'active');
    const move = moveOf(uuid);

    expect(await move.request('begin')).toMatchObject({ reached: 'begin', source: null, moved: null });
    expect(await world.get(uuid)).toMatchObject({ vmState: 'active', taskState: 'migrating' });
    await expect(world.act(uuid, 'stop')).rejects.toMatchObject({ kind: 'conflict' });

    const stopped = await move.request('stop');
    expect(stopped).toMatchObject({ reached: 'stop', moved: null });
    const [guest] = await guestsOf(uuid);
    expect(guest).toMatchObject({ power: 'stopped', settled: 1 });
    expect(stopped.source).toMatchObject({ guestId: guest?.id, hostName: 'host-1' });
    const ticket = stopped.source?.ticket ?? '';
    expect(checkDiskTicket(sharedVerifier(AGENT_KEY), ticket, guest?.id ?? '', Date.now())).toBe(guest?.generation);

    const fenced = await move.request('fence');
    expect(fenced.reached).toBe('fence');
    expect(seen(fenced.moved?.instance as Instance)).toEqual(seen(before));
    expect(fenced.moved?.before).toBe('active');
    expect(fenced.moved?.operations.map(({ kind }) => kind).sort()).toEqual(['build', 'reboot']);
    expect((await world.door.listActions({ uuid })).actions.map(({ action }) => action)).toEqual([
      'migrate',
      'reboot',
      'create',
    ]);

    expect(await move.request('release')).toMatchObject({ reached: 'release', deleteRequested: false });
    await nothingLeft(uuid);
    await expect(world.get(uuid)).rejects.toMatchObject({ kind: 'moved' });
    await expect(world.act(uuid, 'delete')).rejects.toMatchObject({ kind: 'moved' });
    expect(await deletionsTold(uuid)).toEqual([]);
    await noOperationLeft(uuid);
    await world.auditClaims();
    for (const phase of ['begin', 'stop', 'fence', 'release', 'abort'] as const)
      expect(await move.request(phase)).toMatchObject({ reached: 'release' });
  });

  for (const before of ['active', 'stopped'] as const) {
    for (const phases of [['begin'], ['begin', 'stop'], ['begin', 'stop', 'fence']] as const) {
      it(`is ${before} again after an abort at ${phases.at(-1)}`, async () => {
        const uuid = await world.anActiveInstance();
        if (before === 'stopped') await world.act(uuid, 'stop');
        const was = await world.until(uuid, before);
        const move = moveOf(uuid);
        let ticket: string | undefined;
        for (const phase of phases) ticket = (await move.request(phase)).source?.ticket ?? ticket;
        expect(await move.request('abort')).toMatchObject({ reached: 'undone', deleteRequested: false });
        expect(seen(await world.until(uuid, before))).toEqual(seen(was));
        const power = before === 'active' ? 'running' : 'stopped';
        const [guest] = await guestsOf(uuid);
        expect(guest).toMatchObject({ role: 'current', power, settled: 1 });
        if (ticket !== undefined)
          expect(generationOfTicket(ticket), 'the ticket is void').toBeLessThan(guest?.generation ?? 0);
        expect([...world.agents.guests.values()].filter(({ spec }) => spec.instanceUuid === uuid)).toMatchObject([
          { power },
        ]);
        expect(await move.request('begin')).toMatchObject({ reached: 'undone' });
        expect(await move.request('release')).toMatchObject({ reached: 'undone' });
        const { actions } = await world.door.listActions({ uuid });
        expect(actions[0]).toMatchObject({ action: 'migrate', message: 'Error' });
        await noOperationLeft(uuid);
        expect(await moveOf(uuid).request('begin')).toMatchObject({ reached: 'begin' });
      });
    }
  }

  it('cannot be aborted any more once the release is requested', async () => {
    const uuid = await world.anActiveInstance();
    const move = moveOf(uuid);
    for (const phase of ['begin', 'stop', 'fence'] as const) await move.request(phase);
    await move.request('release', { waitMs: 0 });
    await move.request('abort', { waitMs: 0 });
    await waitUntil('the move to end', async () => (await move.request('abort')).reached === 'release');
    await nothingLeft(uuid);
  });

  it('runs again when the agent cannot shut it down, and says why', async () => {
    const uuid = await world.anActiveInstance();
    world.agents.guestFate = ({ power }) =>
      power === 'stopped' ? { message: 'the machine does not listen', permanent: true } : 'settle';
    const move = moveOf(uuid);
    await move.request('begin');
    const status = await waitUntil('the move to be undone', async () => {
      const now = await move.request('stop');
      return now.reached === 'undone' ? now : null;
    });
    expect(status.message).toBe('the machine does not listen');
    await world.until(uuid, 'active');
    expect(await guestsOf(uuid)).toMatchObject([{ power: 'running', settled: 1 }]);
  });

  it('ends when the server is deleted before the fence', async () => {
    const uuid = await world.anActiveInstance();
    const move = moveOf(uuid);
    for (const phase of ['begin', 'stop'] as const) await move.request(phase);
    await world.act(uuid, 'delete');
    await world.untilGone(uuid);
    expect(await move.request('fence')).toMatchObject({ reached: 'gone', deleteRequested: false });
    expect(await move.request('abort')).toMatchObject({ reached: 'gone' });
    await nothingLeft(uuid);
    await noOperationLeft(uuid);
  });

  it('records a delete while it is fenced, for the cell that gets the server', async () => {
    const uuid = await world.anActiveInstance();
    const move = moveOf(uuid);
    for (const phase of ['begin', 'stop', 'fence'] as const) await move.request(phase);
    const first = await world.act(uuid, 'delete');
    expect(await world.act(uuid, 'delete')).toEqual(first);
    expect(await move.request('fence')).toMatchObject({ reached: 'fence', deleteRequested: true });
    expect(await move.request('release')).toMatchObject({ reached: 'release', deleteRequested: true });
    await nothingLeft(uuid);
    await noOperationLeft(uuid);
    expect(await deletionsTold(uuid)).toEqual([]);
  });

  it('carries such a delete out when the move is aborted, and never starts the guest', async () => {
    const uuid = await world.anActiveInstance();
    const move = moveOf(uuid);
    for (const phase of ['begin', 'stop', 'fence'] as const) await move.request(phase);
    const powers = new Set<string>();
    world.agents.guestFate = ({ power, spec }) => {
      if (spec.instanceUuid === uuid) powers.add(power);
      return 'settle';
    };
    const { operationId } = await world.act(uuid, 'delete');
    expect(await move.request('abort')).toMatchObject({ reached: 'undone', deleteRequested: true });
    await world.untilGone(uuid);
    await nothingLeft(uuid);
    expect([...powers]).not.toContain('running');
    expect([...powers]).toContain('absent');
    expect(await world.door.getOperation({ id: operationId })).toMatchObject({ state: 'done' });
    expect(await deletionsTold(uuid)).toMatchObject([{ kind: 'instance-deleted', instanceUuid: uuid, epoch: 1 }]);
  });

  it('loses no delete, whenever it comes', async () => {
    const answerTo = (request: Promise<unknown>) =>
      request.then(
        () => 'accepted',
        (error: { kind: string }) => error.kind,
      );
    /** The delete is sent together with the request of that number. @returns how the move ended, and the answer to the delete. */
    const race = async (verdict: 'release' | 'abort', deleteWith: number) => {
      const uuid = await world.anActiveInstance(deleteWith % 2);
      const { request } = moveOf(uuid);
      let answer: Promise<string> = Promise.resolve('');
      for (const [index, phase] of (['begin', 'stop', 'fence', verdict] as const).entries()) {
        if (index === deleteWith) answer = answerTo(world.act(uuid, 'delete'));
        await request(phase).catch((error: { kind: string }) =>
          expect(['conflict', 'not-found']).toContain(error.kind),
        );
      }
      const end = await waitUntil('the move to end', async () => {
        const status = await request(verdict);
        return ['release', 'undone', 'gone'].includes(status.reached) ? status : null;
      });
      const deleted = await answer;
      if (end.reached === 'release') expect(end.deleteRequested).toBe(deleted === 'accepted');
      expect(deleted).toBe(end.reached === 'release' && !end.deleteRequested ? 'moved' : 'accepted');
      await world.untilGone(uuid);
      await noOperationLeft(uuid);
      await nothingLeft(uuid);
      return end.reached;
    };
    const races = Array.from({ length: 4 }, (_, at) => [race('release', at), race('abort', at)]).flat();
    expect([...new Set(await Promise.all(races))]).toEqual(expect.arrayContaining(['gone', 'release']));
    await world.auditClaims();
  });

  it('refuses every change of the server while it is fenced', async () => {
    const uuid = await world.anActiveInstance();
    const actor = anActor({ isAdmin: true });
    const move = moveOf(uuid);
    for (const phase of ['begin', 'stop'] as const) await move.request(phase);
    await world.door.updateInstance({ uuid, patch: { name: 'renamed' }, actor });
    expect((await move.request('fence')).moved?.instance.name).toBe('renamed');

    const change = () => world.door.updateInstance({ uuid, patch: { tags: ['late'] }, actor });
    const lock = () => world.door.lockInstance({ uuid, locked: true, reason: null, actor });
    const handedOver = { kind: 'conflict', message: expect.stringContaining('being handed over') };
    await Promise.all(
      [change(), lock(), world.act(uuid, 'start')].map((request) => expect(request).rejects.toMatchObject(handedOver)),
    );
    const waiting = change();
    await move.request('abort');
    await waiting;
    expect(await world.until(uuid, 'active')).toMatchObject({ tags: ['late'] });

    const again = moveOf(uuid);
    for (const phase of ['begin', 'stop', 'fence'] as const) await again.request(phase);
    const late = change();
    await Promise.all([expect(late).rejects.toMatchObject({ kind: 'moved' }), again.request('release')]);
  });

  it('refuses a server that may not be moved, and begins nothing', async () => {
    const uuid = await world.anActiveInstance();
    await expect(moveOf(randomUUID()).request('begin')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(moveOf(uuid).request('begin', { epoch: 2 })).rejects.toMatchObject({ kind: 'conflict' });
    await world.act(uuid, 'pause');
    await world.until(uuid, 'paused');
    await expect(moveOf(uuid).request('begin')).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining(`Cannot 'migrate' instance ${uuid} while it is in vm_state paused`),
    });
    expect(await world.door.estimateMove({ uuid })).toMatchObject({
      refusal: expect.stringContaining('vm_state paused'),
    });
    await world.act(uuid, 'unpause');
    await world.until(uuid, 'active');
    const first = moveOf(uuid);
    await first.request('begin');
    await expect(moveOf(uuid).request('begin')).rejects.toMatchObject({ kind: 'conflict' });
    expect(await first.request('begin')).toMatchObject({ reached: 'begin' });
    await first.request('abort');
    expect(await world.until(uuid, 'active')).toMatchObject({ taskState: null });
  });

  it('obeys only the latest worker of the move', async () => {
    const uuid = await world.anActiveInstance();
    const move = moveOf(uuid);
    await move.request('begin', { token: 1 });
    await move.request('stop', { token: 3 });
    await expect(move.request('abort', { token: 2 })).rejects.toMatchObject({ kind: 'conflict' });
    expect(await move.request('fence', { token: 3 })).toMatchObject({ reached: 'fence' });
    expect(await move.request('stop', { token: 4 })).toMatchObject({ reached: 'fence' });
    await expect(move.request('stop', { token: 3 })).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('does not begin after its own abort', async () => {
    const uuid = await world.anActiveInstance();
    const move = moveOf(uuid);
    expect(await move.request('stop')).toMatchObject({ reached: 'gone' });
    expect(await move.request('abort')).toMatchObject({ reached: 'undone' });
    expect(await move.request('begin')).toMatchObject({ reached: 'undone' });
    expect(await world.get(uuid)).toMatchObject({ vmState: 'active', taskState: null });
  });

  it('begins once for many concurrent requests', async () => {
    const uuid = await world.anActiveInstance();
    const move = moveOf(uuid);
    const all = await Promise.all(Array.from({ length: 6 }, () => move.request('begin')));
    expect(all.map(({ reached }) => reached)).toEqual(Array.from({ length: 6 }, () => 'begin'));
    const { operations } = await world.door.listOperations({ subject: uuid, limit: 10 });
    expect(operations.filter(({ kind }) => kind === 'moveOut')).toHaveLength(1);
  });

  it('goes on with another conductor', async () => {
    const uuid = await world.anActiveInstance();
    const move = moveOf(uuid);
    for (const phase of ['begin', 'stop'] as const) await move.request(phase);
    await world.restartConductor();
    await waitUntil('the fence', async () => (await move.request('fence')).reached === 'fence');
    await world.restartConductor();
    await waitUntil('the release', async () => (await move.request('release')).reached === 'release');
    await nothingLeft(uuid);
  });

  it('is estimated without changing anything', async () => {
    const uuid = await world.anActiveInstance();
    const was = await world.get(uuid);
    const estimate = await world.door.estimateMove({ uuid });
    expect(estimate).toMatchObject({ refusal: null, instance: { uuid, networks: [{ id: NETWORK.id }] } });
    expect(estimate.disks[0]).toMatchObject({ name: 'root', virtualBytes: was.flavor.diskGb * 2 ** 30 });
    expect(await world.get(uuid)).toEqual(was);
  });

  it('stays in lists for some time after the release', async () => {
    world = await CellWorld.create({ hosts: 1, conductor: { hideAfterMs: 1_500 } });
    const uuid = await world.anActiveInstance();
    const move = moveOf(uuid);
    for (const phase of ['begin', 'stop', 'fence'] as const) await move.request(phase);
    const releasedAt = Date.now();
    expect(await move.request('release', { waitMs: 0 })).toMatchObject({ reached: 'fence' });
    const list = async () => {
      const page = { filter: {}, sort: [], after: null, limit: 10 };
      return (await world.door.listInstances(page)).instances.map((instance) => instance.uuid);
    };
    expect(await list()).toEqual([uuid]);
    await waitUntil('it to leave the list', async () => (await list()).length === 0);
    expect(Date.now() - releasedAt).toBeGreaterThanOrEqual(1_500);
    expect((await world.door.describe({})).instances).toBe(0);
    expect(await move.request('release')).toMatchObject({ reached: 'release' });
  });

  it('does not wait for a host that is down once the server lives elsewhere', async () => {
    world = await CellWorld.create({ hosts: 1, conductor: { agentDownAfterMs: 2_000 } });
    const uuid = await world.anActiveInstance();
    const move = moveOf(uuid);
    for (const phase of ['begin', 'stop', 'fence'] as const) await move.request(phase);
    const [guest] = await guestsOf(uuid);
    await world.agents.stop();
    await waitUntil('the move to end', async () => (await move.request('release')).reached === 'release');
    expect(await world.leftovers()).toMatchObject({ guests: 1, claims: 1 });
    world.agents = world.agents.reborn();
    await world.agents.start();
    await world.agents.workGuests([guest?.id ?? '']);
    await nothingLeft(uuid);
  });
});
