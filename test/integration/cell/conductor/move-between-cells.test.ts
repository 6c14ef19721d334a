import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MoveInStatus, MoveOutStatus } from '#platform/contracts/door-moves.ts';
import { allEnded } from '#platform/lifecycle/all-ended.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBuild, anActor, aPort } from './support/build-requests.ts';
import { CellWorld } from './support/cell-world.ts';

/** Both parts of a move, in two cells that know nothing of each other; this test says what the saga would say. */
describe('a server between two cells', () => {
  let one: CellWorld;
  let two: CellWorld;
  beforeAll(async () => {
    [one, two] = await Promise.all([CellWorld.create({ hosts: 1 }), CellWorld.create({ hosts: 2 })]);
  });
  afterAll(() => allEnded([one.close(), two.close()]));

  const actor = anActor({ isAdmin: true });

  /** All phases, from `epoch` to the next one. @returns what the source said of the instance. */
  async function move(from: CellWorld, to: CellWorld, uuid: string, epoch: number): Promise<MoveOutStatus> {
    const ids = { moveId: randomUUID(), uuid, token: 1, waitMs: 1_000 };
    const out = async (phase: 'begin' | 'stop' | 'fence' | 'release') =>
      waitUntil(`${phase} in the source`, async () => {
        const status = await from.door.moveOut({ ...ids, epoch, phase, actor });
        if (status.reached === 'undone') throw new Error(status.message ?? 'undone');
        return status.reached === phase ? status : null;
      });
    const into = async (phase: 'prepare' | 'copy' | 'arrive' | 'start', brings: Partial<MoveOutStatus> = {}) =>
      waitUntil(`${phase} in the target`, async (): Promise<MoveInStatus | null> => {
        const { source = null, moved = null } = brings;
        const status = await to.door.moveIn({ ...ids, epoch: epoch + 1, phase, source, moved });
        if (status.reached === 'undone') throw new Error(status.message ?? 'undone');
        return status.reached === phase ? status : null;
      });

    await out('begin');
    const instance = await from.get(uuid);
    const before = instance.vmState === 'stopped' ? ('stopped' as const) : ('active' as const);
    const place = { hostId: to.host(0).id, alternates: [], zone: null, before };
    const answer = await to.door.beginMoveIn({ ...ids, epoch: epoch + 1, instance, ...place, actor });
    expect(answer).toMatchObject({ accepted: true });
    await into('prepare');
    const { source } = await out('stop');
    await into('copy', { source });
    const fenced = await out('fence');
    await into('arrive', { moved: fenced.moved });
    expect([...from.agents.guests.values()].filter(({ power }) => power === 'running')).toEqual([]);
    await into('start');
    await out('release');
    return fenced;
  }

  /** What has to be the same everywhere. */
  const kept = ({ version, updatedAt, epoch, cellName, host, node, zone, hostStatus, ...rest }: Instance) => rest;
  const actionsOf = async (world: CellWorld, uuid: string) => (await world.door.listActions({ uuid })).actions;

  const migrationsOf = async (world: CellWorld, instanceUuid: string) =>
    (await world.door.listMigrations({ filter: { instanceUuid }, after: null, limit: 10 })).migrations;

  for (const state of ['active', 'stopped'] as const) {
    it(`is the same there and back, ${state}`, async () => {
      const ports = [aPort(), aPort()];
      const device = { sizeMb: null, format: null, bus: null, bootIndex: null, tag: null };
      const build = aBuild({
        ...{ tags: ['blue'], metadata: { role: 'db' }, userData: 'c3RhcnQ=', ports },
        injectedFiles: [{ path: '/etc/motd', contents: 'aGVsbG8=' }],
        blockDevices: [
          { ...device, kind: 'root', bootIndex: 0, bus: 'scsi' },
          { ...device, kind: 'ephemeral', sizeMb: 512 },
        ],
      });
      const uuid = await one.anActiveInstance(0, { build });
      await one.act(uuid, 'reboot', { reboot: 'soft' });
      await one.until(uuid, 'active');
      if (state === 'stopped') await one.act(uuid, 'stop');
      const was = await one.until(uuid, state);
      const log = await actionsOf(one, uuid);

      await move(one, two, uuid, 1);
      const there = await two.until(uuid, state);
      expect(kept(there)).toEqual(kept(was));
      const { injectedFiles, blockDevices } = build;
      expect(there).toMatchObject({ epoch: 2, host: 'host-1', injectedFiles, blockDevices });
      const [migrated, ...earlier] = await actionsOf(two, uuid);
      expect(migrated).toMatchObject({ action: 'migrate', requestId: actor.requestId, message: null });
      expect(earlier).toEqual(log);
      await expect(one.get(uuid)).rejects.toMatchObject({ kind: 'moved' });
      const shown = { type: 'migration', status: 'confirmed', sourceCompute: 'host-1', destCompute: 'host-1' };
      expect(await migrationsOf(two, uuid)).toMatchObject([shown]);
      expect(await migrationsOf(one, uuid)).toEqual([]);

      await move(two, one, uuid, 2);
      expect(kept(await one.until(uuid, state))).toEqual(kept(was));
      const [again, ...all] = await actionsOf(one, uuid);
      expect(again).toMatchObject({ action: 'migrate', message: null });
      expect(all).toEqual([migrated, ...log]);
      const power = state === 'active' ? 'running' : 'stopped';
      expect([...one.agents.guests.values()].filter((guest) => guest.spec.instanceUuid === uuid)).toMatchObject([
        { power, spec: { instanceName: was.instanceName, disks: [{ bus: 'scsi' }, { sizeMb: 512 }] } },
      ]);
      await one.act(uuid, 'delete');
      await one.untilGone(uuid);
      for (const world of [one, two]) {
        await waitUntil('nothing to be left', async () => {
          expect(await world.leftovers()).toMatchObject({ guests: 0, claims: 0, bindings: 0, used: 0, agentGuests: 0 });
          return true;
        });
        await world.auditClaims();
      }
    });
  }
});
