import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { InstanceFilter } from '#platform/contracts/door.ts';
import { softDeletedServersReconciler } from '../../../../cell/conductor/reconcilers/soft-deleted-servers.ts';
import { unconfirmedResizesReconciler } from '../../../../cell/conductor/reconcilers/unconfirmed-resizes.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aFlavor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useAuditedCellWorld } from './support/use-cell-world.ts';

const AN_HOUR = 3_600_000;
const size = { hosts: 2, total: { vcpus: 1_000, ramMb: 1_000_000, diskGb: 10_000 } };

const guestsOf = (world: CellWorld, uuid: string) =>
  [...world.agents.guests.values()].filter((candidate) => candidate.spec.instanceUuid === uuid);
const claimsOf = (world: CellWorld, uuid: string) =>
  world.test.database.read.selectFrom('claims').select('host_id').where('instance_uuid', '=', uuid).execute();
const kindsOf = async (world: CellWorld, uuid: string) => {
  const { read } = world.test.database;
  const rows = await read.selectFrom('operations').select(['kind', 'state']).where('subject', '=', uuid).execute();
  return rows.map(({ kind }) => kind);
};
const noticesOf = async (world: CellWorld, uuid: string) =>
  (await world.door.watchNotices({ waitMs: 0, limit: 100, questions: false })).notices.flatMap((notice) =>
    notice.instanceUuid === uuid ? [notice.kind] : [],
  );
const isListed = async (world: CellWorld, uuid: string, filter: InstanceFilter) => {
  const page = { sort: [{ key: 'uuid', direction: 'asc' } as const], after: null, limit: 10 };
  const { instances } = await world.door.listInstances({ ...page, filter: { ...filter, uuids: [uuid] } });
  return instances.length === 1;
};
const later = (world: CellWorld, ms: number) => {
  const { parts } = world.conductor;
  return { ...parts, clock: { ...parts.clock, now: () => Date.now() + ms } };
};

describe('a delete where the cell keeps deleted servers', () => {
  let world: CellWorld;
  useAuditedCellWorld({ ...size, conductor: { reclaimInstanceSeconds: 3_600 } }, (made) => {
    world = made;
  });
  const softDeleted = async () => {
    const uuid = await world.anActiveInstance();
    await world.act(uuid, 'delete');
    await world.until(uuid, 'soft-delete');
    return uuid;
  };
  /** Also waits for the ends of deletes that it begins, of servers of other tests too. */
  const reclaim = async (ms: number) => {
    await softDeletedServersReconciler(later(world, ms)).reconcile();
    await waitUntil('the deletes to end', async () => {
      const { read } = world.test.database;
      const rows = await read.selectFrom('instances').select('uuid').where('task_state', '=', 'deleting').execute();
      return rows.length === 0;
    });
  };

  it('stops the guest, and keeps host, claim and ports', async () => {
    const uuid = await softDeleted();
    expect(await world.get(uuid)).toMatchObject({
      host: 'host-1',
      powerState: 'shutdown',
      deletedAt: null,
      fault: null,
    });
    expect(guestsOf(world, uuid)).toMatchObject([{ power: 'stopped' }]);
    expect(await claimsOf(world, uuid)).toHaveLength(1);
    expect((await world.get(uuid)).ports.length).toBeGreaterThan(0);
    expect(await noticesOf(world, uuid)).toEqual([]);
    await expect(world.act(uuid, 'start')).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('lists the server as Nova does: as one that is deleted, and as one that is there only when asked', async () => {
    const uuid = await softDeleted();
    expect(await isListed(world, uuid, { deleted: false, softDeleted: false })).toBe(false);
    expect(await isListed(world, uuid, { deleted: false })).toBe(true);
    expect(await isListed(world, uuid, { deleted: true })).toBe(true);
    expect(await isListed(world, uuid, { deleted: true, softDeleted: false })).toBe(false);
    expect(await isListed(world, uuid, {})).toBe(true);
  });

  it('ends with a restore', async () => {
    const uuid = await softDeleted();
    await world.act(uuid, 'restore');
    await world.until(uuid, 'active');
    expect(guestsOf(world, uuid)).toMatchObject([{ power: 'running' }]);
    await expect(world.act(uuid, 'restore')).rejects.toMatchObject({ kind: 'conflict' });
    await reclaim(2 * AN_HOUR);
    expect((await world.get(uuid)).vmState).toBe('active');
  });

  it('a restore that fails leaves it soft-deleted, with the reason', async () => {
    const uuid = await softDeleted();
    world.agents.guestFate = (guest) =>
      guest.power === 'running' ? { message: 'no memory', permanent: true } : 'settle';
    await world.act(uuid, 'restore');
    await waitUntil('the way back', async () => (await world.get(uuid)).fault !== null);
    world.agents.guestFate = () => 'settle';
    expect(await world.until(uuid, 'soft-delete')).toMatchObject({ fault: { message: 'no memory' } });
    await waitUntil('the guest to stop', async () => guestsOf(world, uuid)[0]?.power === 'stopped');
  });

  it('is for good when its time is over, and not before', async () => {
    const uuid = await softDeleted();
    await reclaim(AN_HOUR / 2);
    expect((await world.get(uuid)).vmState).toBe('soft-delete');
    await reclaim(2 * AN_HOUR);
    await world.untilGone(uuid);
    await waitUntil('the guest to go', async () => guestsOf(world, uuid).length === 0);
    expect(await noticesOf(world, uuid)).toEqual(['instance-deleted']);
    expect(await kindsOf(world, uuid)).toEqual(expect.arrayContaining(['softDelete', 'delete']));
  });

  it('does not end a restore that is in progress when the time is over', async () => {
    const uuid = await softDeleted();
    world.agents.guestFate = (guest) => (guest.power === 'running' ? 'silence' : 'settle');
    await world.act(uuid, 'restore');
    await reclaim(2 * AN_HOUR);
    world.agents.guestFate = () => 'settle';
    await world.until(uuid, 'active');
    await expect(world.act(uuid, 'forceDelete', { onlySoftDeleted: true })).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('that is forced is for good at once, whatever the state', async () => {
    for (const uuid of [await softDeleted(), await world.anActiveInstance()]) {
      await world.act(uuid, 'forceDelete');
      await world.untilGone(uuid);
    }
  });

  it('joins the one that is in progress, and a forced one ends it', async () => {
    const uuid = await world.anActiveInstance();
    world.agents.guestFate = (guest) => (guest.power === 'stopped' ? 'silence' : 'settle');
    const first = await world.act(uuid, 'delete');
    expect(await world.get(uuid)).toMatchObject({ taskState: 'soft-deleting', vmState: 'active' });
    expect(await world.act(uuid, 'delete')).toEqual(first);
    await world.act(uuid, 'forceDelete');
    world.agents.guestFate = () => 'settle';
    await world.untilGone(uuid);
  });

  it('that the host cannot carry out leaves the server as it was', async () => {
    const uuid = await world.anActiveInstance();
    world.agents.guestFate = (guest) =>
      guest.power === 'stopped' ? { message: 'it hangs', permanent: true } : 'settle';
    await world.act(uuid, 'delete');
    await waitUntil('the way back', async () => (await world.get(uuid)).taskState === null);
    world.agents.guestFate = () => 'settle';
    expect(await world.get(uuid)).toMatchObject({ vmState: 'active', fault: { message: 'it hangs' } });
  });

  /** A delete that interrupts an action, and that an operator turns back while the host does not stop the guest. */
  const deletedAndTurnedBack = async (uuid: string) => {
    const { operationId: id } = await world.act(uuid, 'delete');
    const actor = { userId: 'an operator', projectId: 'p', isAdmin: true, requestId: 'req-resolve' };
    await world.door.resolveOperation({ id, direction: 'back', actor });
    await waitUntil('the way back', async () => (await world.get(uuid)).taskState === null);
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    const { read } = world.test.database;
    return read
      .selectFrom('guests')
      .select(['power', 'role', 'settled', 'host_id', 'parts'])
      .where('instance_uuid', '=', uuid)
      .execute();
  };

  it('that is turned back after it has interrupted a revert leaves the server active, and its old guest runs', async () => {
    const uuid = await world.anActiveInstance();
    await world.act(uuid, 'resize', { flavor: aFlavor({ id: '2', vcpus: 2 }), hostId: world.host(1).id });
    await world.until(uuid, 'resized');
    world.agents.guestFate = (guest) => (guest.hostName === 'host-2' ? 'silence' : 'settle');
    await world.act(uuid, 'revertResize');
    await waitUntil('the old guest to be the current one', async () => (await world.get(uuid)).host === 'host-1');
    world.agents.guestFate = () => 'silence';
    const guests = await deletedAndTurnedBack(uuid);
    expect(await world.get(uuid)).toMatchObject({ vmState: 'active', host: 'host-1', oldFlavor: null });
    const current = guests.find(({ role }) => role === 'current');
    expect(current).toMatchObject({ host_id: world.host(0).id, power: 'running' });
    // The new guest goes first.
    await waitUntil('the guest to run', async () => {
      await world.agents.workGuests(null);
      return guestsOf(world, uuid).some(({ power }) => power === 'running');
    });
  });

  it('that is turned back after it has interrupted a rescue leaves the server on its own disk', async () => {
    const uuid = await world.anActiveInstance();
    world.agents.guestFate = () => 'silence';
    await world.act(uuid, 'rescue');
    const [guest] = await deletedAndTurnedBack(uuid);
    expect(await world.get(uuid)).toMatchObject({ vmState: 'active', taskState: null });
    expect(guest).toMatchObject({ power: 'running' });
    expect(JSON.parse(guest?.parts ?? '{}')).toMatchObject({ boot: { from: 'disk' } });
  });

  it('confirms a resize', async () => {
    const uuid = await world.anActiveInstance();
    await world.act(uuid, 'resize', { flavor: aFlavor({ id: '2', vcpus: 2 }), hostId: world.host(1).id });
    await world.until(uuid, 'resized');
    await world.act(uuid, 'delete');
    expect(await world.until(uuid, 'soft-delete')).toMatchObject({ host: 'host-2', oldFlavor: null });
    await waitUntil('the old guest to go', async () => (await claimsOf(world, uuid)).length === 1);
    expect(await noticesOf(world, uuid)).toEqual(['resize-ended']);
    await world.act(uuid, 'restore');
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-2', flavor: { id: '2' } });
  });

  it('is for good for a server that was never active', async () => {
    world.agents.guestFate = () => 'silence';
    const uuid = await world.request();
    await world.act(uuid, 'delete');
    expect((await world.get(uuid)).taskState).toBe('deleting');
    world.agents.guestFate = () => 'settle';
    await world.untilGone(uuid);
  });

  it('survives a restart of the conductor', async () => {
    const uuid = await world.anActiveInstance();
    world.agents.guestFate = (guest) => (guest.power === 'stopped' ? 'silence' : 'settle');
    await world.act(uuid, 'delete');
    await world.restartConductor();
    world.agents.guestFate = () => 'settle';
    await world.until(uuid, 'soft-delete');
  });
});

describe('where the cell keeps no deleted server, and confirms resizes', () => {
  let world: CellWorld;
  useAuditedCellWorld({ ...size, conductor: { resizeConfirmSeconds: 3_600 } }, (made) => {
    world = made;
  });

  it('a delete is for good, as is a forced one', async () => {
    for (const kind of ['delete', 'forceDelete']) {
      const uuid = await world.anActiveInstance();
      await world.act(uuid, kind);
      await world.untilGone(uuid);
      expect(await kindsOf(world, uuid)).toContain('delete');
    }
  });

  it('a resize is confirmed when its time is over, and not before', async () => {
    const uuid = await world.anActiveInstance();
    await world.act(uuid, 'resize', { flavor: aFlavor({ id: '2', vcpus: 2 }), hostId: world.host(1).id });
    await world.until(uuid, 'resized');
    const confirm = (ms: number) => unconfirmedResizesReconciler(later(world, ms)).reconcile();
    await confirm(AN_HOUR / 2);
    expect((await world.get(uuid)).vmState).toBe('resized');
    await confirm(2 * AN_HOUR);
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-2', oldFlavor: null });
    expect(await noticesOf(world, uuid)).toEqual(['resize-ended']);
    await waitUntil('the old guest to go', async () => guestsOf(world, uuid).length === 1);
  });
});

describe('where the cell neither keeps deleted servers nor confirms resizes', () => {
  let world: CellWorld;
  useAuditedCellWorld(size, (made) => {
    world = made;
  });

  it('nothing happens by itself, however long it takes', async () => {
    const uuid = await world.anActiveInstance();
    await world.act(uuid, 'resize', { flavor: aFlavor({ id: '2', vcpus: 2 }), hostId: world.host(1).id });
    await world.until(uuid, 'resized');
    await unconfirmedResizesReconciler(later(world, 1_000 * AN_HOUR)).reconcile();
    await softDeletedServersReconciler(later(world, 1_000 * AN_HOUR)).reconcile();
    expect(await world.get(uuid)).toMatchObject({ vmState: 'resized', taskState: null });
    await expect(world.act(randomUUID(), 'restore')).rejects.toMatchObject({ kind: 'not-found' });
  });
});
