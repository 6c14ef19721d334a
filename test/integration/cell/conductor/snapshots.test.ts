import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { waitUntil } from '../../../support/wait-until.ts';
import { anActor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useAuditedCellWorld } from './support/use-cell-world.ts';

let world: CellWorld;
useAuditedCellWorld({ hosts: 2, total: { vcpus: 1_000, ramMb: 1_000_000, diskGb: 10_000 } }, (made) => {
  world = made;
});

const anImage = () => ({ imageId: randomUUID(), upload: { url: 'http://127.0.0.1:1/file', ticket: 'ticket' } });
const guestOf = (uuid: string) =>
  [...world.agents.guests.values()].find((candidate) => candidate.spec.instanceUuid === uuid);
const noticesOf = async (uuid: string) =>
  (await world.door.watchNotices({ waitMs: 0, limit: 100, questions: false })).notices.filter(
    ({ instanceUuid }) => instanceUuid === uuid,
  );

it.each([
  ['active', []],
  ['stopped', ['stop']],
  ['paused', ['pause']],
  ['suspended', ['suspend']],
] as const)('a server that is %s gets an image and stays so', async (vmState, actions) => {
  const uuid = await world.anActiveInstance();
  for (const action of actions) await world.act(uuid, action);
  await world.until(uuid, vmState);
  const image = anImage();
  const saves: unknown[] = [];
  world.agents.guestFate = (guest) => {
    saves.push(...(guest.parts?.saves ?? []));
    return 'settle';
  };
  await world.act(uuid, 'createImage', image);
  expect(await world.until(uuid, vmState)).toMatchObject({ taskState: null, fault: null });
  world.agents.guestFate = () => 'settle';
  expect(saves[0]).toEqual({ saveId: image.imageId, upload: image.upload, quiesce: 'never' });
  // Its file is removed, and the image is its user's.
  await waitUntil('the save to go', async () => guestOf(uuid)?.parts?.saves.length === 0);
  expect(await noticesOf(uuid)).toEqual([]);
  const { actions: log } = await world.door.listActions({ uuid });
  expect(log[0]).toMatchObject({
    action: 'createImage',
    events: [{ event: 'compute_snapshot_instance', result: 'Success' }],
  });
});

it('users see how far the image is', async () => {
  const uuid = await world.anActiveInstance();
  world.agents.guestFate = () => 'silence';
  const image = anImage();
  await world.act(uuid, 'createImage', image);
  expect((await world.get(uuid)).taskState).toMatch(/^image_snapshot/);
  const { agents } = world;
  const [desired] = await agents.desiredOf(uuid);
  if (desired === undefined) throw new Error('the agent is told of no guest');
  const parts = { rebuilds: 0, rescueId: null, saves: [{ saveId: image.imageId, state: 'saved' as const }] };
  await agents.reportGuests([agents.observed(desired, { settled: false, parts, progress: 40 })]);
  await waitUntil('the upload', async () => (await world.get(uuid)).taskState === 'image_uploading');
  agents.guestFate = () => 'settle';
  await agents.workGuests(null);
  await world.until(uuid, 'active');
});

it('a backup is told to the global tier once it has its bytes', async () => {
  const uuid = await world.anActiveInstance();
  const { imageId, upload } = anImage();
  await world.act(uuid, 'createBackup', { imageId, upload });
  await world.until(uuid, 'active');
  expect(await noticesOf(uuid)).toMatchObject([{ kind: 'image-saved', imageId, epoch: 1 }]);
});

it('an image that a host cannot make leaves the server as it was, and is not needed any more', async () => {
  const uuid = await world.anActiveInstance();
  const { imageId, upload } = anImage();
  world.agents.guestFate = (guest) =>
    (guest.parts?.saves ?? []).length > 0 ? { message: 'the quota is used up', permanent: true } : 'settle';
  await world.act(uuid, 'createImage', { imageId, upload });
  await waitUntil('the image to be given up', async () => (await world.get(uuid)).taskState === null);
  expect(await world.get(uuid)).toMatchObject({ vmState: 'active', fault: { message: 'the quota is used up' } });
  world.agents.guestFate = () => 'settle';
  expect(await noticesOf(uuid)).toMatchObject([{ kind: 'image-unneeded', imageId }]);
  await waitUntil('the save to go', async () => guestOf(uuid)?.parts?.saves.length === 0);
});

it('a lock does not matter; another action in progress does', async () => {
  const uuid = await world.anActiveInstance();
  await world.door.lockInstance({ uuid, locked: true, reason: null, actor: anActor() });
  await world.act(uuid, 'createImage', anImage());
  await world.until(uuid, 'active');
  world.agents.guestFate = () => 'silence';
  await world.act(uuid, 'createImage', anImage());
  await expect(world.act(uuid, 'createImage', anImage())).rejects.toMatchObject({ kind: 'conflict' });
  world.agents.guestFate = () => 'settle';
  await world.agents.workGuests(null);
  await world.until(uuid, 'active');
});

it('a delete ends it', async () => {
  const uuid = await world.anActiveInstance();
  world.agents.guestFate = () => 'silence';
  const { imageId, upload } = anImage();
  await world.act(uuid, 'createImage', { imageId, upload });
  world.agents.guestFate = () => 'settle';
  await world.act(uuid, 'delete');
  await waitUntil('the notice', async () => (await noticesOf(uuid)).some(({ kind }) => kind === 'instance-deleted'));
});

it('a save that an admin interrupts is given up, and the server can be used again', async () => {
  const uuid = await world.anActiveInstance();
  const image = anImage();
  // The image is gone soon, so its host can never upload it.
  world.agents.guestFate = (guest) =>
    (guest.parts?.saves ?? []).length > 0 ? { message: 'the image answers 404', permanent: false } : 'settle';
  await world.act(uuid, 'createImage', image);
  await world.act(uuid, 'resetState', { state: 'active' }, anActor({ isAdmin: true, projectId: 'admins' }));
  await waitUntil('the save to go', async () => guestOf(uuid)?.parts?.saves.length === 0);
  await world.act(uuid, 'reboot', { reboot: 'hard' });
  expect(await world.until(uuid, 'active')).toMatchObject({ taskState: null, fault: null });
  world.agents.guestFate = () => 'settle';
  await waitUntil('the image to be told of', async () => (await noticesOf(uuid)).length === 1);
  expect(await noticesOf(uuid)).toMatchObject([{ kind: 'image-unneeded', imageId: image.imageId }]);
});
