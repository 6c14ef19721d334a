import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aBuild } from '../../../support/a-build.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useAuditedCellWorld } from './support/use-cell-world.ts';

describe('what a server boots from', () => {
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

  it('is the rescue image from rescue to unrescue, and its own disk afterwards', async () => {
    const uuid = await world.anActiveInstance();
    await world.act(uuid, 'rescue', { image: other });
    await world.until(uuid, 'rescued');
    expect(guestOf(uuid).parts?.boot).toMatchObject({ from: 'rescue', image: { id: other.id } });
    await expect(world.act(uuid, 'stop')).rejects.toMatchObject({ message: expect.stringContaining('rescued') });
    await world.act(uuid, 'unrescue');
    await world.until(uuid, 'active');
    expect(guestOf(uuid).parts?.boot).toEqual({ from: 'disk' });
    const { actions } = await world.door.listActions({ uuid });
    expect(actions.map(({ action }) => action)).toEqual(['unrescue', 'rescue', 'create']);
    expect(actions[1]?.events).toMatchObject([{ event: 'compute_rescue_instance', result: 'Success' }]);
  });

  it('is the image of the server when a rescue names none', async () => {
    const uuid = await world.anActiveInstance();
    await world.act(uuid, 'rescue');
    await world.until(uuid, 'rescued');
    expect(guestOf(uuid).parts?.boot).toMatchObject({ image: { id: (await world.get(uuid)).image.id } });
  });

  it('stays as it was when the rescue fails', async () => {
    const uuid = await world.anActiveInstance();
    world.agents.guestFate = (guest) =>
      guest.parts?.boot.from === 'rescue' ? { message: 'no such image', permanent: true } : 'settle';
    await world.act(uuid, 'rescue', { image: other });
    const instance = await world.until(uuid, 'active');
    world.agents.guestFate = () => 'settle';
    expect(instance.fault?.message).toContain('no such image');
  });

  it('is in ERROR when the host can neither end the rescue nor go on with it; a hard reboot starts its own disk', async () => {
    const uuid = await world.anActiveInstance();
    await world.act(uuid, 'rescue', { image: other });
    await world.until(uuid, 'rescued');
    world.agents.guestFate = () => ({ message: 'the host cannot do it', permanent: true });
    await world.act(uuid, 'unrescue');
    await world.until(uuid, 'error');
    world.agents.guestFate = () => 'settle';
    await world.act(uuid, 'reboot', { reboot: 'hard' });
    await world.until(uuid, 'active');
    expect(guestOf(uuid).parts?.boot).toEqual({ from: 'disk' });
  });
});
