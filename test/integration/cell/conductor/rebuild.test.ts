import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aBuild } from '../../../support/a-build.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { anActor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useAuditedCellWorld } from './support/use-cell-world.ts';

const admin = anActor({ isAdmin: true, projectId: 'admins' });

describe('a server that is rebuilt', () => {
  let world: CellWorld;
  useAuditedCellWorld({ hosts: 3, total: { vcpus: 1_000, ramMb: 1_000_000, diskGb: 10_000 } }, (made) => {
    world = made;
  });
  const other = { ...aBuild().image, id: randomUUID(), name: 'other' };
  const guestOf = (uuid: string) => {
    const guest = [...world.agents.guests.values()].find((candidate) => candidate.spec.instanceUuid === uuid);
    if (guest === undefined) throw new Error(`no guest of ${uuid}`);
    return guest;
  };

  const countOf = (uuid: string): number => guestOf(uuid).parts?.rebuild.count ?? 0;

  it('is the new image after a rebuild, which changes what it was asked to change', async () => {
    const uuid = await world.anActiveInstance();
    const before = await world.get(uuid);
    const injectedFiles = [{ path: '/etc/motd', contents: 'aGVsbG8=' }];
    const changes = { name: 'anew', metadata: { a: 'b' }, userData: 'IyE=', injectedFiles };
    await world.act(uuid, 'rebuild', { image: other, changes, preserveEphemeral: true });
    const after = await world.until(uuid, 'active');
    expect(after).toMatchObject({ ...changes, hostname: before.hostname, host: before.host });
    expect(after.image.id).toBe(other.id);
    expect(guestOf(uuid)).toMatchObject({
      spec: { image: { id: other.id }, displayName: 'anew', diskSource: null },
      parts: { rebuild: { preserveEphemeral: true } },
    });
    const first = countOf(uuid);
    expect(first).toBeGreaterThan(0);
    await world.act(uuid, 'rebuild', { image: other, changes: { userData: null }, preserveEphemeral: false });
    expect(await world.until(uuid, 'active')).toMatchObject({ userData: null, injectedFiles });
    expect(countOf(uuid)).toBeGreaterThan(first);
  });

  it('leaves a stopped server stopped', async () => {
    const uuid = await world.anActiveInstance();
    await world.act(uuid, 'stop');
    await world.until(uuid, 'stopped');
    await world.act(uuid, 'rebuild', { image: other, changes: {}, preserveEphemeral: false });
    await world.until(uuid, 'stopped');
    expect(guestOf(uuid).power).toBe('stopped');
  });

  it('is as before when the host refuses the image, and the disk was never touched', async () => {
    const uuid = await world.anActiveInstance();
    const before = await world.get(uuid);
    world.agents.guestFate = (guest) =>
      guest.spec.image.id === other.id ? { message: 'the image is not raw', permanent: true } : 'settle';
    await world.act(uuid, 'rebuild', { image: other, changes: { name: 'anew' }, preserveEphemeral: false });
    const after = await world.until(uuid, 'active');
    world.agents.guestFate = () => 'settle';
    expect(after).toMatchObject({ name: before.name, fault: { message: 'the image is not raw' } });
    expect(after.image.id).toBe(before.image.id);
    expect(guestOf(uuid)).toMatchObject({ spec: { image: { id: before.image.id } }, power: 'running' });
  });

  it('shows what its guest starts from when a soft delete interrupts the way back', async () => {
    const uuid = await world.anActiveInstance();
    const before = await world.get(uuid);
    world.agents.guestFate = (guest) =>
      guest.spec.image.id === other.id ? { message: 'the image is not raw', permanent: true } : 'silence';
    await world.act(uuid, 'rebuild', { image: other, changes: {}, preserveEphemeral: false });
    const desiredImage = async () => (await world.agents.desiredOf(uuid))[0]?.spec.image.id;
    await waitUntil('the way back', async () => (await desiredImage()) === before.image.id);
    await world.act(uuid, 'softDelete');
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    await world.until(uuid, 'soft-delete');
    await world.act(uuid, 'restore');
    expect((await world.until(uuid, 'active')).image.id).toBe(before.image.id);
    expect(guestOf(uuid).spec.image.id).toBe(before.image.id);
  });

  it('is in ERROR when the old disk is gone, and can be rebuilt again or rebooted hard', async () => {
    const uuid = await world.anActiveInstance();
    let lost = 0;
    world.agents.guestFate = (guest) => {
      const count = guest.parts?.rebuild.count ?? 0;
      if (lost === 0) lost = count;
      if (count === 0 || count > lost) return 'settle';
      return { message: 'no disk space', permanent: true, parts: { rebuilds: count, rescueId: null } };
    };
    await world.act(uuid, 'rebuild', { image: other, changes: {}, preserveEphemeral: false });
    expect(await world.until(uuid, 'error')).toMatchObject({
      fault: { message: 'no disk space' },
      powerState: 'none',
    });
    await world.act(uuid, 'rebuild', { image: other, changes: {}, preserveEphemeral: false });
    await world.until(uuid, 'active');
    expect(countOf(uuid)).toBeGreaterThan(lost);
  });

  describe('goes back, and its host reports later that the old disk is gone', () => {
    const DISCARDED = expect.stringContaining('had discarded the disks already');
    /** The rebuild is on its way back, and the host says nothing. @returns how often it has made the disks anew. */
    const onTheWayBack = async (uuid: string): Promise<number> => {
      let count = 0;
      world.agents.guestFate = (guest) => {
        if (guest.spec.image.id !== other.id) return 'silence';
        count = guest.parts?.rebuild.count ?? 0;
        return { message: 'the host cannot start it', permanent: true };
      };
      const { image } = await world.get(uuid);
      await world.act(uuid, 'rebuild', { image: other, changes: {}, preserveEphemeral: false });
      await waitUntil('the way back', async () => (await desiredOf(uuid)).spec.image.id === image.id);
      expect(count).toBeGreaterThan(0);
      world.agents.discarded.set((await desiredOf(uuid)).guestId, count);
      return count;
    };
    const desiredOf = async (uuid: string) => {
      const [guest] = await world.agents.desiredOf(uuid);
      if (guest === undefined) throw new Error(`no guest of ${uuid} is desired`);
      return guest;
    };
    const hostReports = async () => {
      world.agents.guestFate = () => 'settle';
      await world.agents.workGuests(null);
    };

    it('is in ERROR with the reason, which no later action hides, and is told once', async () => {
      const uuid = await world.anActiveInstance();
      const count = await onTheWayBack(uuid);
      await world.act(uuid, 'softDelete');
      await hostReports();
      await world.until(uuid, 'soft-delete');
      await world.act(uuid, 'restore');
      expect(await world.until(uuid, 'error')).toMatchObject({ powerState: 'running', fault: { message: DISCARDED } });
      await waitUntil('the guest', async () => countOf(uuid) === count);
      await world.act(uuid, 'reboot', { reboot: 'hard' });
      expect(await world.until(uuid, 'active')).toMatchObject({ fault: null });
    });

    it('is in ERROR when its state was reset meanwhile', async () => {
      const uuid = await world.anActiveInstance();
      const count = await onTheWayBack(uuid);
      await world.act(uuid, 'resetState', { state: 'active' }, admin);
      expect(await world.get(uuid)).toMatchObject({ vmState: 'active', taskState: null });
      await hostReports();
      expect(await world.until(uuid, 'error')).toMatchObject({ fault: { message: DISCARDED } });
      await waitUntil('the guest', async () => countOf(uuid) === count);
    });

    it('is in ERROR when the state of a soft-deleted server is reset', async () => {
      const uuid = await world.anActiveInstance();
      await onTheWayBack(uuid);
      await world.act(uuid, 'softDelete');
      await hostReports();
      await world.until(uuid, 'soft-delete');
      await world.act(uuid, 'resetState', { state: 'active' }, admin);
      expect(await world.until(uuid, 'error')).toMatchObject({ fault: { message: DISCARDED } });
    });

    it('gets disks of the image of its next rebuild, although the host has counted one more', async () => {
      const uuid = await world.anActiveInstance();
      const count = await onTheWayBack(uuid);
      await world.act(uuid, 'resetState', { state: 'error' }, admin);
      await world.act(uuid, 'rebuild', { image: other, changes: {}, preserveEphemeral: false });
      expect((await desiredOf(uuid)).parts?.rebuild.count).toBeGreaterThan(count);
      await hostReports();
      expect(await world.until(uuid, 'active')).toMatchObject({ fault: null });
    });
  });
});
