import { afterEach, describe, expect, it } from 'vitest';
import { waitUntil } from '../../../support/wait-until.ts';
import { anActor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useCellWorld } from './support/use-cell-world.ts';

describe('a live migration', () => {
  let world: CellWorld;
  useCellWorld({ hosts: 2 }, (made) => {
    world = made;
  });
  const admin = anActor({ isAdmin: true });
  const migrate = (uuid: string) => world.act(uuid, 'liveMigrate', { candidates: [world.host(1).id] }, admin);
  const guestsOf = (uuid: string) =>
    world.test.database.read.selectFrom('guests').selectAll().where('instance_uuid', '=', uuid).execute();
  /** The agent of host-1 sends for as long as the test wants. */
  const migrationOf = async (uuid: string) => {
    const page = { filter: { instanceUuid: uuid }, after: null, limit: 10 };
    return (await world.door.listMigrations(page)).migrations[0];
  };
  const keepSending = () => {
    world.agents.guestFate = ({ parts, power }) =>
      power === 'running' && parts?.migration?.role === 'outgoing' ? 'silence' : 'settle';
  };
  const untilSending = (uuid: string) =>
    waitUntil('it to send', async () => (await guestsOf(uuid)).some(({ parts }) => parts?.includes('outgoing')));
  afterEach(async () => {
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    await world.agents.workBindings(null);
    await world.auditClaims();
  });

  it('shows the server on its other host in the end, and nothing of it is left on the first', async () => {
    const uuid = await world.anActiveInstance(0);
    await migrate(uuid);
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-2', fault: null });
    expect(await migrationOf(uuid)).toMatchObject({
      ...{ type: 'live-migration', status: 'completed', sourceCompute: 'host-1', destCompute: 'host-2' },
      progress: { memoryTotal: 0 },
    });
    await waitUntil('one guest', async () => (await guestsOf(uuid)).length === 1);
    expect(await guestsOf(uuid)).toMatchObject([{ role: 'current', power: 'running', host_id: world.host(1).id }]);
    const ports = await world.test.database.read
      .selectFrom('port_bindings')
      .select(['host_id', 'present'])
      .where('instance_uuid', '=', uuid)
      .where('present', '=', 1)
      .execute();
    expect(ports).toEqual([{ host_id: world.host(1).id, present: 1 }]);
  });

  it('never desires two guests with running processors', async () => {
    const uuid = await world.anActiveInstance(0);
    keepSending();
    await migrate(uuid);
    await untilSending(uuid);
    expect(await world.get(uuid)).toMatchObject({ host: 'host-1', taskState: 'migrating' });
    expect((await guestsOf(uuid)).map(({ role, power }) => [role, power]).sort()).toEqual([
      ['current', 'running'],
      ['target', 'paused'],
    ]);
  });

  it('is aborted while it sends: the server stays where it is', async () => {
    const uuid = await world.anActiveInstance(0);
    keepSending();
    await migrate(uuid);
    await untilSending(uuid);
    const migration = await migrationOf(uuid);
    expect(migration).toMatchObject({ status: 'running', destCompute: 'host-2' });
    await world.act(uuid, 'abortLiveMigration', { migrationId: migration?.id }, admin);
    expect(await world.until(uuid, 'active')).toMatchObject({
      host: 'host-1',
      fault: { message: 'The live migration was aborted.' },
    });
    expect(await migrationOf(uuid)).toMatchObject({ status: 'cancelled' });
    await waitUntil('one guest', async () => (await guestsOf(uuid)).length === 1);
    expect((await guestsOf(uuid))[0]?.parts).not.toContain('outgoing');
  });

  it('shows how far it is, which never goes back although memory is sent again, and nothing afterwards', async () => {
    const uuid = await world.anActiveInstance(0);
    keepSending();
    await migrate(uuid);
    await untilSending(uuid);
    const source = await waitUntil('the guest that sends', async () =>
      (await world.agents.desiredOf(uuid)).find(({ parts }) => parts?.migration?.role === 'outgoing'),
    );
    const id = source.parts?.migration?.id ?? '';
    const reportsLeft = async (percent: number) => {
      const [totalBytes, remainingBytes] = [1_000, percent * 10];
      const memory = { totalBytes, remainingBytes, sentBytes: totalBytes };
      const disks = { totalBytes: 0, remainingBytes: 0, sentBytes: 0 };
      const migration = { ...{ id, state: 'sending' as const }, memory, disks };
      const parts = { rebuilds: 0, rescueId: null, migration };
      await world.agents.reportGuests([world.agents.observed(source, { settled: false, parts, progress: 0 })]);
      await waitUntil(
        `${percent} % to be left`,
        async () => (await migrationOf(uuid))?.progress?.memoryRemaining === remainingBytes,
      );
      return (await world.get(uuid)).progress;
    };
    expect(await reportsLeft(75)).toBe(25);
    expect(await reportsLeft(25)).toBe(75);
    expect(await reportsLeft(50)).toBe(75);
    expect(await reportsLeft(10)).toBe(90);
    const migration = await migrationOf(uuid);
    await world.act(uuid, 'abortLiveMigration', { migrationId: migration?.id }, admin);
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-1', progress: 0 });
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    await migrate(uuid);
    expect(await world.until(uuid, 'active')).toMatchObject({ progress: 0 });
    await waitUntil('it to be elsewhere', async () => (await world.get(uuid)).host === 'host-2');
    expect(await world.get(uuid)).toMatchObject({ progress: 0 });
  });

  it('is completed by force: the machine is to hurry', async () => {
    const uuid = await world.anActiveInstance(0);
    keepSending();
    await migrate(uuid);
    await untilSending(uuid);
    await world.act(uuid, 'forceCompleteLiveMigration', {}, admin);
    expect((await guestsOf(uuid)).find(({ role }) => role === 'current')?.parts).toContain('"hurry":true');
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-2' });
    for (const kind of ['abortLiveMigration', 'forceCompleteLiveMigration'])
      await expect(world.act(uuid, kind, {}, admin)).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('that the host cannot do leaves the server where it is, with the reason', async () => {
    const uuid = await world.anActiveInstance(0);
    world.agents.guestFate = (guest) =>
      guest.parts?.migration?.role === 'outgoing' ? { message: 'the wire broke', permanent: true } : 'settle';
    await migrate(uuid);
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-1', fault: { message: 'the wire broke' } });
    expect(await migrationOf(uuid)).toMatchObject({ status: 'failed' });
    await waitUntil('one guest', async () => (await guestsOf(uuid)).length === 1);
  });

  it('ends with a delete, and with a reset of the state', async () => {
    const [uuid, other] = [await world.anActiveInstance(0), await world.anActiveInstance(0)];
    keepSending();
    await migrate(uuid);
    await migrate(other);
    await untilSending(uuid);
    await untilSending(other);
    await world.act(uuid, 'delete');
    await world.untilGone(uuid);
    await world.act(other, 'resetState', { state: 'active' }, admin);
    await waitUntil('one guest', async () => (await guestsOf(other)).length === 1);
    expect((await guestsOf(other))[0]).toMatchObject({ role: 'current', power: 'running' });
    expect((await guestsOf(other))[0]?.parts).not.toContain('outgoing');
  });
});
