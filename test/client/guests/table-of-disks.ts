import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isAlive, isBootedAnew, isNowhere, isOff, KEPT, memoryOf, metadataOf } from './effects.ts';
import type { GuestCommand } from './guest-command.ts';
import type { Scene } from './scene.ts';

const run = promisify(execFile);

/** Images of the server `one`, other disks for it, and other sizes. */
export const DISKS: readonly GuestCommand[] = [
  {
    openstack: 'server image create --name shot one',
    nova: 'image-create one shot',
    seenIn: ['image', 'guest'],
    effect: async (guest, _said, scene) => (await isReadable(scene, 'shot')) && isAlive(guest),
  },
  {
    openstack: 'server backup create --name daily-1 --type daily --rotate 1 one',
    nova: 'backup one daily-1 daily 1',
    seenIn: ['image'],
    effect: (_guest, _said, scene) => isReadable(scene, 'daily-1'),
  },
  {
    openstack: 'server backup create --name daily-2 --type daily --rotate 1 one',
    nova: 'backup one daily-2 daily 1',
    seenIn: ['image'],
    effect: async (_guest, _said, scene) =>
      (await isReadable(scene, 'daily-2')) && (await imagesNamed(scene, 'daily-1')).length === 0,
  },
  {
    openstack: 'server rescue one',
    nova: 'rescue one',
    seenIn: ['guest'],
    effect: async (guest) =>
      (await guest.isUp()) &&
      (await guest.ask('mkdir -p /own; mount -t ext2 /dev/vdb2 /own 2>/dev/null; cat /own/mark; umount /own')) ===
        `${KEPT}\n`,
  },
  { openstack: 'server unrescue one', nova: 'unrescue one', seenIn: ['guest'], effect: (guest) => isBootedAnew(guest) },
  {
    openstack: 'server rebuild --image shot --key-name other --user-data {file:second.sh} one',
    nova: 'rebuild --key-name other --user-data {file:second.sh} one shot',
    seenIn: ['guest'],
    effect: async (guest) =>
      (await guest.console()).includes('user-data: the second script') &&
      (await metadataOf(guest)).includes('other-key') &&
      (await isBootedAnew(guest)),
  },
  { openstack: 'server shelve one', nova: 'shelve one', seenIn: ['host'], effect: isOff },
  {
    openstack: 'server shelve --offload {server:one}',
    nova: 'shelve-offload {server:one}',
    ...{ as: 'admin', seenIn: ['host'], effect: isNowhere },
  },
  { openstack: 'server unshelve one', nova: 'unshelve one', seenIn: ['guest'], effect: (guest) => isBootedAnew(guest) },
  {
    openstack: 'server resize --flavor m1.micro one',
    nova: 'resize one m1.micro',
    seenIn: ['guest'],
    effect: async (guest) => (await memoryOf(guest)) > 200 && isBootedAnew(guest),
  },
  {
    openstack: 'server resize confirm one',
    nova: 'resize-confirm one',
    seenIn: ['host'],
    effect: async (guest) => (await guest.folders()).length === 1,
  },
  {
    openstack: 'server resize --flavor m1.tiny one',
    nova: 'resize one m1.tiny',
    seenIn: ['guest'],
    effect: async (guest) => (await memoryOf(guest)) > 400 && isBootedAnew(guest),
  },
  {
    openstack: 'server resize revert one',
    nova: 'resize-revert one',
    seenIn: ['guest'],
    effect: async (guest) => (await memoryOf(guest)) < 300 && isBootedAnew(guest),
  },
];

const imagesNamed = async ({ user }: Scene, name: string) =>
  (await user.call('image', 'GET /v2/images', { query: { name } })).images;

/** Whether its bytes are a whole disk with the mark on it. */
async function isReadable(scene: Scene, name: string): Promise<boolean> {
  const [image] = await imagesNamed(scene, name);
  if (image?.status !== 'active') return false;
  const headers = { 'x-auth-token': scene.user.token };
  const answer = await fetch(`${scene.imageUrl}/v2/images/${image.id}/file`, { headers });
  const [disk, raw] = [join(scene.folder, 'disk'), join(scene.folder, 'disk.raw')];
  await writeFile(disk, Buffer.from(await answer.arrayBuffer()));
  await run('qemu-img', ['convert', '-f', 'qcow2', '-O', 'raw', disk, raw]);
  await run('grep', ['-q', KEPT, raw]);
  return true;
}
