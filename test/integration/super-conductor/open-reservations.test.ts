import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectUsages, setProjectLimits } from '#platform/directory/stores/quotas.ts';
import {
  answerReservationChange,
  beginReservationChange,
  type QuotaReservation,
} from '#platform/directory/stores/reservation-changes.ts';
import type { TaskState } from '#platform/states/task-state.ts';
import { instanceDeleted } from '../../../super-conductor/notices/instance-deleted.ts';
import { openReservations } from '../../../super-conductor/reconcilers/open-reservations.ts';
import { aBuild } from '../../support/a-build.ts';
import type { StubCell } from './stub-cell.ts';
import { aWorldWithServer, type World } from './world.ts';

const OLD = aBuild().flavor;
const NEW = { ...OLD, id: 'large', name: 'large', vcpus: 8, ramMb: 256 };

describe('the quota that a server reserves during a resize', () => {
  let a: StubCell;
  let world: World;
  let uuid: string;
  beforeEach(async () => {
    ({ world, a, uuid } = await aWorldWithServer());
  });
  afterEach(() => world.close());

  const begin = async (atLeast: QuotaReservation | null) => {
    const change = { uuid, id: randomUUID() };
    const now = world.deps.clock.now();
    await world.directory.transaction((tx) => beginReservationChange(tx, change, atLeast, now));
    return change;
  };
  const answered = async (atLeast: QuotaReservation | null) =>
    answerReservationChange(world.directory, await begin(atLeast));
  const says = (flavor: typeof OLD, oldFlavor: typeof OLD | null, taskState: TaskState | null = null) =>
    a.listed.set(uuid, { flavor, oldFlavor, taskState });
  const settle = () => openReservations(world.deps).reconcile();
  const reserved = async () => {
    const { cores, ram } = await projectUsages(world.directory.read, 'project');
    const home = await world.home(uuid);
    expect([home?.vcpus, home?.ramMb], 'the home says what is counted').toEqual([cores, ram]);
    return [cores, ram];
  };
  const open = async () => (await world.directory.read.selectFrom('hold_changes').select('change_id').execute()).length;

  it('is the larger of both flavors until it is confirmed or reverted', async () => {
    await answered(NEW);
    expect(await reserved()).toEqual([8, 512]);
    says(OLD, null, 'resize_migrating');
    await settle();
    expect([await reserved(), await open()]).toEqual([[8, 512], 1]);
    says(NEW, OLD);
    await settle();
    expect([await reserved(), await open()]).toEqual([[8, 512], 0]);
    await answered(null);
    says(NEW, OLD, 'resize_confirming');
    await settle();
    expect(await reserved()).toEqual([8, 512]);
    says(NEW, null);
    await settle();
    expect([await reserved(), await open()]).toEqual([[8, 256], 0]);
  });

  it('is given back when the cell undoes the resize, or never began it', async () => {
    await answered(NEW);
    says(OLD, null);
    await settle();
    expect([await reserved(), await open()]).toEqual([[2, 512], 0]);
  });

  it('stays while the question may be in progress, and is settled after that', async () => {
    await begin(NEW);
    says(OLD, null);
    await settle();
    expect(await reserved()).toEqual([8, 512]);
    world.skip(61_000);
    await settle();
    expect([await reserved(), await open()]).toEqual([[2, 512], 0]);
  });

  it('is not wiped by one that was refused, nor by what the cell said before another began', async () => {
    await answered({ vcpus: 4, ramMb: 512 });
    says(OLD, null);
    a.beforeListed = async () => {
      a.beforeListed = async () => undefined;
      await begin(NEW);
    };
    await settle();
    expect([await reserved(), await open()]).toEqual([[8, 512], 2]);
  });

  it('is refused over the limit, and is what the cell says all the same', async () => {
    await world.directory.transaction((tx) => setProjectLimits(tx, 'project', { cores: 4 }));
    await expect(begin(NEW)).rejects.toMatchObject({ kind: 'quota-exceeded' });
    expect([await reserved(), await open()]).toEqual([[2, 512], 0]);
    await answered(null);
    says(NEW, null);
    await settle();
    expect(await reserved()).toEqual([8, 256]);
  });

  it('stays while its cell is silent, and goes with the server', async () => {
    await answered(NEW);
    a.mood = 'dead';
    await expect(settle()).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await reserved()).toEqual([8, 512]);
    const epoch = (await world.home(uuid))?.epoch ?? 0;
    const notice = { id: randomUUID(), kind: 'instance-deleted' as const, instanceUuid: uuid, epoch };
    await instanceDeleted({ ...notice, fault: null, createdAt: '2026-05-01T12:00:00Z' }, a.id, world.deps);
    const { instances, cores, ram } = await projectUsages(world.directory.read, 'project');
    expect([instances, cores, ram, await open()]).toEqual([0, 0, 0, 0]);
  });
});
