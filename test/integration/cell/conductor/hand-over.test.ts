import type { KyselyPlugin } from 'kysely';
import { describe, expect, it } from 'vitest';
import { lockInstance, updateInstance } from '../../../../cell/conductor/door/instances.ts';
import type { ConductorParts } from '../../../../cell/conductor/parts.ts';
import { everything } from '../../../support/test-database.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { MoveOut } from './support/a-move-out.ts';
import { anActor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useCellWorld } from './support/use-cell-world.ts';

/** The conductor's parts; what is read first is answered only after `then`. */
function afterTheFirstLook({ parts }: CellWorld['conductor'], then: () => Promise<unknown>): ConductorParts {
  let first = true;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      if (first) {
        first = false;
        await then();
      }
      return result;
    },
  };
  return { ...parts, database: { ...parts.database, read: everything(parts.database).withPlugin(plugin) } };
}

describe('an instance that is being handed over', () => {
  let world: CellWorld;
  useCellWorld({ hosts: 2, total: { vcpus: 100, ramMb: 100_000, diskGb: 10_000 } }, (made) => {
    world = made;
  });
  const actor = anActor({ isAdmin: true });

  const changes = [
    [
      'update',
      (parts: ConductorParts, uuid: string) => updateInstance(parts, { uuid, patch: { tags: ['late'] }, actor }),
    ],
    ['lock', (parts: ConductorParts, uuid: string) => lockInstance(parts, { uuid, locked: true, reason: null, actor })],
  ] as const;
  for (const [what, change] of changes) {
    it(`loses no ${what} that comes just as it is fenced`, async () => {
      const uuid = await world.anActiveInstance();
      const move = new MoveOut(world, uuid);
      await move.go('stop');
      const parts = afterTheFirstLook(world.conductor, () => move.request('fence'));
      await expect(change(parts, uuid)).rejects.toMatchObject({ kind: 'conflict' });
      const fenced = await move.request('fence');
      expect(fenced).toMatchObject({ reached: 'fence', moved: { instance: { tags: [], lockedBy: null } } });
      await move.request('abort');
      await change(world.conductor.parts, uuid);
      const changed = what === 'lock' ? { lockedBy: 'owner' } : { tags: ['late'] };
      expect(await world.until(uuid, 'active')).toMatchObject(changed);
      const { actions } = await world.door.listActions({ uuid });
      expect(actions.filter(({ action }) => action === 'lock')).toHaveLength(what === 'lock' ? 1 : 0);
    });
  }

  /** A fenced instance that a user has deleted. */
  async function deletedWhileFenced() {
    const uuid = await world.anActiveInstance();
    const move = new MoveOut(world, uuid);
    await move.go('fence');
    return { uuid, move, deletion: (await world.act(uuid, 'delete')).operationId };
  }
  const operations = (uuid: string) =>
    world.test.database.read.selectFrom('operations').selectAll().where('subject', '=', uuid).execute();

  it('has a delete that waits for the outcome, is never late, and is not resolved without the move', async () => {
    const { uuid, move, deletion } = await deletedWhileFenced();
    expect(await world.door.getOperation({ id: deletion })).toMatchObject({
      deadlineAt: expect.stringMatching(/^9999-/),
      overdue: false,
    });
    for (const direction of ['forward', 'back'] as const)
      await expect(world.door.resolveOperation({ id: deletion, direction, actor })).rejects.toMatchObject({
        kind: 'conflict',
        message: expect.stringContaining(`follows ${move.moveId}`),
      });
    await move.request('abort');
    await world.untilGone(uuid);
    const carriedOut = await world.door.getOperation({ id: deletion });
    expect(carriedOut).toMatchObject({ state: 'done' });
    expect(Date.parse(carriedOut.deadlineAt) - Date.now()).toBeLessThan(1_800_000);
  });

  it('runs again after an abort when the delete does not wait any more', async () => {
    const { uuid, move, deletion } = await deletedWhileFenced();
    await world.test.database.write.deleteFrom('operations').where('id', '=', deletion).execute();
    expect(await move.request('abort')).toMatchObject({ reached: 'undone' });
    await world.until(uuid, 'active');
    expect([...world.agents.guests.values()].filter(({ spec }) => spec.instanceUuid === uuid)).toMatchObject([
      { power: 'running' },
    ]);
  });

  it('is deleted once, by the first delete, even if another comes during the undo', async () => {
    const { uuid, move, deletion } = await deletedWhileFenced();
    const { database } = world.test;
    await database.write.updateTable('moves_out').set({ reached: 'stop' }).where('move_id', '=', move.moveId).execute();
    expect(await world.act(uuid, 'delete')).toEqual({ operationId: deletion });
    expect(await move.request('abort')).toMatchObject({ reached: 'undone' });
    await world.untilGone(uuid);
    const deletes = (await operations(uuid)).filter(({ kind }) => kind === 'delete');
    expect(deletes).toMatchObject([{ id: deletion, state: 'done' }]);
  });

  it('leaves no sleeping delete when the move has lost the instance', async () => {
    const { uuid, move } = await deletedWhileFenced();
    const { database } = world.test;
    await database.write.updateTable('instances').set({ operation_id: null }).where('uuid', '=', uuid).execute();
    expect(await move.request('abort')).toMatchObject({ reached: 'gone' });
    expect((await operations(uuid)).filter(({ finished_at: end }) => end === null)).toEqual([]);
    await world.act(uuid, 'delete');
    await world.untilGone(uuid);
  });

  const guestsOnHosts = (uuid: string) =>
    [...world.agents.guests.values()].filter(({ spec }) => spec.instanceUuid === uuid);
  const rowsOf = async (table: 'guests' | 'claims' | 'port_bindings', uuid: string): Promise<readonly object[]> =>
    world.test.database.read.selectFrom(table).selectAll().where('instance_uuid', '=', uuid).execute();
  const quarantinedOf = async (uuid: string) =>
    (await world.door.listQuarantined({})).instances.filter((instance) => instance.uuid === uuid);

  it('is quarantined, stopped and with its disks, when it could not be started in the other cell', async () => {
    const uuid = await world.anActiveInstance();
    const { name } = await world.get(uuid);
    const move = new MoveOut(world, uuid);
    await move.go('fence');
    expect(await move.request('release', { keepQuarantined: true, waitMs: 0 })).toMatchObject({ reached: 'fence' });
    await waitUntil('the move to end', async () => (await move.request('release')).reached === 'release');
    await expect(world.get(uuid)).rejects.toMatchObject({ kind: 'moved' });
    expect(await quarantinedOf(uuid)).toMatchObject([
      { epoch: 1, name, hostName: 'host-1', reason: expect.stringContaining('could not be started') },
    ]);
    await waitUntil('the guest to settle', async () => {
      expect(await rowsOf('guests', uuid)).toMatchObject([{ role: 'aside', power: 'stopped', settled: 1 }]);
      return true;
    });
    expect(guestsOnHosts(uuid)).toMatchObject([{ power: 'stopped' }]);
    expect(await rowsOf('claims', uuid)).toHaveLength(1);
    expect(await rowsOf('port_bindings', uuid)).toEqual([]);
    await world.auditClaims();

    await world.door.removeQuarantined({ uuid, epoch: 1 });
    await waitUntil('nothing to be left', async () => {
      expect(guestsOnHosts(uuid)).toEqual([]);
      for (const table of ['guests', 'claims'] as const) expect(await rowsOf(table, uuid)).toEqual([]);
      return true;
    });
    expect(await quarantinedOf(uuid)).toEqual([]);
    await world.auditClaims();
  });

  it('is not quarantined when its user has deleted it', async () => {
    const { uuid, move } = await deletedWhileFenced();
    expect(await move.request('release', { keepQuarantined: true })).toMatchObject({
      reached: 'release',
      deleteRequested: true,
    });
    expect(guestsOnHosts(uuid)).toEqual([]);
    expect(await quarantinedOf(uuid)).toEqual([]);
    expect(await rowsOf('guests', uuid)).toEqual([]);
  });
});
