import { afterEach, describe, expect, it } from 'vitest';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { acceptMove } from '#platform/directory/stores/homes/moving.ts';
import { recordHome } from '#platform/directory/stores/homes/placing.ts';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import type { GlobalDeps } from '../../../super-conductor/deps.ts';
import { beginDeletingArrived } from '../../../super-conductor/operations/delete-arrived.ts';
import { moveServer } from '../../../super-conductor/operations/move-server.ts';
import { aFlavor } from '../../support/a-build.ts';
import { aNetwork } from '../../support/a-network.ts';
import { itKeepsTheOperationLaws, type OperationWorld } from '../../support/operation-laws.ts';
import { setHome } from '../../support/set-home.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { idOf } from '../../unit/scheduler/builders.ts';
import { aPortOf } from './a-port-of.ts';
import { StubMovingCell } from './stub-moving-cell.ts';
import { aWorld, type World } from './world.ts';

const FROM = 'here';
const TO = 'there';

/** A server at home in `from`, and where it may go. */
async function aMovingWorld() {
  const from = new StubMovingCell(FROM);
  const to = new StubMovingCell(TO);
  const world = await aWorld([from, to]);
  const { uuid } = await world.accept();
  await world.directory.transaction(async (tx) => {
    await setHome(tx, uuid, { epoch: 2, placing_cell_id: from.id }, Date.now());
    await recordHome(tx, uuid, { cellId: from.id, epoch: 2 }, Date.now());
  });
  from.running = true;
  for (const cell of [from, to]) {
    cell.before = () => expect(from.running && to.running, 'it runs in two cells').toBe(false);
  }
  const accept = (): Promise<string> =>
    world.directory.transaction((tx) =>
      acceptMove(
        tx,
        {
          uuid,
          fromCellId: from.id,
          toCellId: to.id,
          host: null,
          decision: null,
          requestId: 'req-move',
          userId: 'u',
          projectId: 'project',
        },
        Date.now(),
      ),
    );
  const ended = (id: string) =>
    waitUntil(
      'the move to end',
      async () => {
        const row = await createSqlOperationStore(world.directory).get(id);
        return row?.finishedAt == null ? null : row;
      },
      30_000,
    );
  const expectThere = async () => {
    expect(await world.home(uuid)).toMatchObject({ state: 'placed', cellId: to.id, moving: null });
    expect((await world.home(uuid))?.epoch).toBe(to.epoch);
    expect([from.out, to.in, from.running, to.running]).toEqual(['release', 'start', false, true]);
    expect(to.brought).not.toBeNull();
  };
  const expectHere = async () => {
    expect(await world.home(uuid)).toMatchObject({ state: 'placed', cellId: from.id, epoch: 2, moving: null });
    expect([from.running, to.running]).toEqual([true, false]);
    expect(['none', 'undone']).toContain(from.out);
  };
  return { world, from, to, uuid, accept, ended, expectThere, expectHere };
}

describe('a server moves to another cell', () => {
  let world: World | undefined;
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });
  const begin = async () => {
    const made = await aMovingWorld();
    world = made.world;
    return made;
  };

  it('is at home there under the epoch that was kept for it, and nowhere else', async () => {
    const { world: w, accept, ended, expectThere } = await begin();
    const id = await accept();
    await w.startEngine();
    expect((await ended(id)).state).toBe('done');
    await expectThere();
    expect(await w.orphaned()).toEqual([]);
  });

  it('is in the hand of one move at a time', async () => {
    const { accept } = await begin();
    await accept();
    await expect(accept()).rejects.toSatisfy((error: unknown) => isVolvoxError(error, 'conflict'));
  });

  it.each(['claim', 'prepare', 'copy', 'arrive'])(
    'runs on where it was when the target fails at %s, and says why',
    async (phase) => {
      const { world: w, to, accept, ended, expectHere } = await begin();
      to.fails = { phase, message: `it broke at ${phase}` };
      const id = await accept();
      await w.startEngine();
      const row = await ended(id);
      expect(row.state).toBe('undone');
      expect(row.message).toContain(phase === 'claim' ? 'No valid host' : `it broke at ${phase}`);
      await expectHere();
    },
  );

  it.each(['begin', 'stop', 'fence'])('runs on where it was when the source refuses at %s', async (phase) => {
    const { world: w, from, to, accept, ended, expectHere } = await begin();
    from.fails = { phase, message: 'it may not' };
    const id = await accept();
    await w.startEngine();
    expect(await ended(id)).toMatchObject({ state: 'undone', message: 'it may not' });
    from.running = true;
    await expectHere();
    expect(['none', 'undone']).toContain(to.in);
  });

  it.each([
    ['another server', { uuid: idOf('another') }],
    ['one of another project', { projectId: 'victim' }],
    ['one at another epoch', { epoch: 3 }],
    ['one that is larger than its quota', { flavor: aFlavor({ vcpus: 64 }) }],
    ['one whose host name is two lines', { hostname: 'a\n00:00:00:00:00:01,b' }],
  ])('does not go when its cell shows %s, before it stops or once it is fenced', async (_, lie) => {
    for (const where of ['says', 'saysFenced'] as const) {
      const { world: w, from, to, accept, ended, expectHere } = await begin();
      from[where] = lie;
      const id = await accept();
      await w.startEngine();
      expect(await ended(id)).toMatchObject({
        state: 'undone',
        message: expect.stringContaining('what the directory contradicts'),
      });
      from.running = true;
      await expectHere();
      expect(to.brought).toBeNull();
      await w.close();
    }
    world = undefined;
  });

  it('brings the ports, networks and groups that the directory knows, whatever its cell says', async () => {
    const { world: w, from, to, accept, ended } = await begin();
    const network = aNetwork();
    const port = { id: idOf('port'), networkId: network.id, mac: 'fa:16:3e:00:00:01', fixedIps: [], tag: null };
    const stolen = {
      networks: [network],
      ports: [{ ...port, preserveOnDelete: false, securityGroupIds: [] }],
      serverGroup: { id: idOf('group'), name: 'of a victim', policy: 'affinity', maxServerPerHost: 1 },
    };
    Object.assign(from, { says: stolen, saysFenced: stolen });
    const id = await accept();
    await w.startEngine();
    expect((await ended(id)).state).toBe('done');
    for (const instance of [to.asked, to.brought?.instance])
      expect(instance).toMatchObject({ networks: [], ports: [], serverGroup: null });
  });

  it('brings the ports that were attached meanwhile, and none that the directory has taken from the server', async () => {
    const { world: w, from, to, uuid, accept, ended } = await begin();
    const made = await aPortOf(w, uuid);
    const network = aNetwork({ id: made.networkId });
    const attached = { ...made, preserveOnDelete: false, tag: 'second' };
    const detached = { ...attached, id: idOf('detached') };
    const lie = {
      ...attached,
      mac: 'fa:16:3e:99:99:99',
      fixedIps: [{ subnetId: idOf('subnet'), address: '10.9.9.9' }],
    };
    const says = { networks: [{ ...network, segmentId: 99 }], ports: [lie, detached] };
    Object.assign(from, { says, saysFenced: says });
    const id = await accept();
    await w.startEngine();
    expect((await ended(id)).state).toBe('done');
    for (const instance of [to.asked, to.brought?.instance]) {
      expect(instance?.ports).toEqual([attached]);
      expect(instance?.networks).toMatchObject([{ id: network.id, segmentId: null }]);
    }
  });

  it('keeps a higher epoch for a second try than the first had', async () => {
    const { world: w, from, to, accept, ended, expectHere, expectThere } = await begin();
    to.fails = { phase: 'copy', message: 'no' };
    const first = await accept();
    await w.startEngine();
    await ended(first);
    await expectHere();
    const firstEpoch = to.epoch ?? 0;
    Object.assign(to, { fails: null, in: 'none', epoch: null, token: 0 });
    Object.assign(from, { out: 'none', token: 0 });
    const second = await accept();
    expect((await ended(second)).state).toBe('done');
    expect(to.epoch).toBeGreaterThan(firstEpoch);
    await expectThere();
  });

  it('goes on when answers are lost', async () => {
    const { world: w, from, to, accept, ended, expectThere } = await begin();
    let calls = 0;
    const everyThird = () => {
      calls += 1;
      for (const cell of [from, to]) cell.mood = calls % 3 === 0 ? 'lost' : 'well';
    };
    from.before = everyThird;
    to.before = everyThird;
    const id = await accept();
    await w.startEngine();
    expect((await ended(id)).state).toBe('done');
    await expectThere();
  });

  it('runs again where it was although the target that was to give up does not answer; the target is told later', async () => {
    const { world: w, from, to, uuid, accept, ended, expectHere } = await begin();
    from.before = (phase) => {
      if (phase === 'fence') Object.assign(to, { mood: 'dead' });
    };
    from.fails = { phase: 'fence', message: 'it may not' };
    const id = await accept();
    await w.startEngine();
    expect((await ended(id)).state).toBe('undone');
    await expectHere();
    expect(await w.orphaned()).toEqual([{ instanceUuid: uuid, cellId: to.id, epoch: to.epoch }]);
  }, 60_000);

  it('goes only forward after the hand-over, however long the target says nothing', async () => {
    const { world: w, to, accept, ended, expectThere } = await begin();
    const silent = { calls: 0 };
    to.before = (phase) => {
      if (phase === 'start') silent.calls += 1;
      to.mood = phase === 'start' && silent.calls < 6 ? 'dead' : 'well';
    };
    const id = await accept();
    await w.startEngine();
    expect((await ended(id)).state).toBe('done');
    expect(silent.calls).toBeGreaterThanOrEqual(6);
    await expectThere();
  });

  it('is deleted where it lives then, when a user deleted it while it was fenced', async () => {
    const { world: w, from, to, uuid, accept, ended } = await begin();
    from.deleteWhileFenced = true;
    const id = await accept();
    await w.startEngine();
    await ended(id);
    await w.untilIdle();
    expect([from.deleted, to.deleted]).toEqual([[], [uuid]]);
    expect(to.deletedBy).toEqual(['forceDelete']);
  });

  it('is deleted then although its old cell does not get on with clearing away', async () => {
    const { world: w, from, to, uuid, accept, ended } = await begin();
    Object.assign(from, { deleteWhileFenced: true, clearsAway: false });
    const id = await accept();
    await w.startEngine();
    await waitUntil('the delete to be carried out', async () => to.deleted.includes(uuid));
    from.clearsAway = true;
    expect((await ended(id)).state).toBe('done');
    expect(to.deleted).toEqual([uuid]);
  });

  it('leaves a quarantined guest in the old cell when the new one cannot start the server, and only then', async () => {
    const { world: w, from, to, accept, ended } = await begin();
    to.startTrouble = 'the machine does not start';
    const id = await accept();
    await w.startEngine();
    expect((await ended(id)).state).toBe('done');
    expect(from.keptQuarantined).toBe(true);
  });

  it('waits for a source that has no address for the moment', async () => {
    const { world: w, from, accept, ended, expectThere } = await begin();
    from.address = null;
    let asked = 0;
    from.before = (phase) => {
      if (phase === 'stop') asked += 1;
      if (asked > 4) from.address = 'http://h';
    };
    const id = await accept();
    await w.startEngine();
    expect((await ended(id)).state).toBe('done');
    expect(asked).toBeGreaterThan(4);
    await expectThere();
  });
});

describe('a delete that was recorded while a server was handed over', () => {
  it('follows the server when that has moved on to a third cell', async () => {
    const { world: w, from, to, uuid } = await aMovingWorld();
    try {
      await w.directory.transaction(async (tx) => {
        await setHome(tx, uuid, { cell_id: to.id, epoch: 7 }, Date.now());
        const parent = { params: { uuid }, requestId: 'req-move', userId: 'u', projectId: 'project' };
        await beginDeletingArrived(tx, parent, { cellId: from.id }, Date.now());
      });
      await w.startEngine();
      await w.untilIdle();
      expect([from.deleted, to.deleted]).toEqual([[], [uuid]]);
    } finally {
      await w.close();
    }
  });
});

itKeepsTheOperationLaws(moveServer, async (): Promise<OperationWorld<GlobalDeps, DirectoryTx>> => {
  const { world, from, to, uuid, expectThere, expectHere } = await aMovingWorld();
  return {
    store: createSqlOperationStore(world.directory),
    deps: world.deps,
    params: { uuid, fromCellId: from.id, toCellId: to.id, host: null, epoch: 2 },
    subject: uuid,
    // As the api does in the transaction that writes the operation.
    adopt: (tx, operationId) => setHome(tx, uuid, { moving_operation_id: operationId }, Date.now()),
    expectDone: expectThere,
    expectUndone: expectHere,
    close: () => world.close(),
  };
});
