import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import { type GuestParts, NO_PARTS } from '#platform/objects/guest-parts.ts';
import { aQemuGuest, type QemuAgent, startQemuAgent } from './qemu-agent.ts';
import { type ImageServer, startImageServer, testGuestDisk, testGuestDiskSaying } from './test-guest.ts';

const RESCUE_ID = '6a1f0c1e-0000-4000-8000-0000000000ee';

let stateDir: string;
let images: ImageServer;
let agent: QemuAgent;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'volvox-qemu-'));
  images = await startImageServer();
  agent = await startQemuAgent(stateDir);
});
afterEach(async () => {
  for (const { guestId } of await agent.driver.findAll()) await agent.driver.remove(guestId);
  await agent.close();
  images.close();
  await rm(stateDir, { recursive: true });
});

/** How often the guest said each word at its start, in order of the first time. */
const untilSaid = (guestId: string, said: Readonly<Record<string, number>>) =>
  vi.waitFor(
    async () => {
      const words = [...(await agent.console(guestId)).matchAll(/(boot|heal|anew)$/gm)].map(([word]) => word);
      const counts = Object.fromEntries(words.map((word) => [word, words.filter((one) => one === word).length]));
      expect(counts).toEqual(said);
    },
    { timeout: 20_000, interval: 50 },
  );
const withParts = (desired: DesiredGuest, parts: Partial<GuestParts>, rest: Partial<DesiredGuest> = {}) => ({
  ...desired,
  generation: desired.generation + 1,
  ...rest,
  parts: { ...(desired.parts ?? NO_PARTS), ...parts },
});
const files = (guestId: string) => readdir(join(stateDir, 'guests', guestId));
/** Two files of the same name differ in it, also when the second one got the inode of the first. */
async function inode(guestId: string, name: string): Promise<string> {
  const { ino, birthtimeMs } = await stat(join(stateDir, 'guests', guestId, name));
  return `${ino} ${birthtimeMs}`;
}

test('a rescued guest starts from the disk of the rescue, keeps its own, and goes back to it', async () => {
  let desired = aQemuGuest(images.image(testGuestDisk()));
  const { guestId } = desired;
  await agent.converge(desired);
  await untilSaid(guestId, { boot: 1 });
  const root = await inode(guestId, 'disk.qcow2');

  const image = images.image(testGuestDiskSaying('heal'));
  desired = withParts(desired, { boot: { from: 'rescue', rescueId: RESCUE_ID, image } });
  expect(await agent.converge(desired)).toMatchObject({ settled: true, parts: { rescueId: RESCUE_ID, rebuilds: 0 } });
  await untilSaid(guestId, { boot: 1, heal: 1 });
  const { disks } = await agent.driver.stats(guestId);
  expect(disks.map(({ device }) => device)).toEqual(['rescue', 'root']);

  // Another agent takes over and restarts it: it stays rescued.
  await agent.close();
  agent = await startQemuAgent(stateDir);
  desired = { ...desired, generation: desired.generation + 1, restarts: 1, restartKind: 'hard' };
  expect(await agent.converge(desired)).toMatchObject({ settled: true, parts: { rescueId: RESCUE_ID } });
  await untilSaid(guestId, { boot: 1, heal: 2 });

  desired = withParts(desired, { boot: { from: 'disk' } });
  expect(await agent.converge(desired)).toMatchObject({ settled: true, parts: { rescueId: null } });
  await untilSaid(guestId, { boot: 2, heal: 2 });
  expect(await inode(guestId, 'disk.qcow2')).toBe(root);
  expect(await files(guestId)).not.toContain('rescue.qcow2');
});

test.each([{ hw_rescue_bus: 'scsi' }, { hw_rescue_device: 'disk' }])(
  'a rescue whose image asks for a stable device (%j) starts from it, after all others',
  async (properties) => {
    const desired = aQemuGuest(images.image(testGuestDisk()));
    const { guestId } = desired;
    await agent.converge(desired);
    await untilSaid(guestId, { boot: 1 });
    const floppy = images.image(testGuestDiskSaying('heal'), { properties: { hw_rescue_device: 'floppy' } });
    const refused = withParts(desired, { boot: { from: 'rescue', rescueId: RESCUE_ID, image: floppy } });
    expect(await agent.converge(refused)).toMatchObject({
      ...{ settled: false, power: 'running' },
      error: { permanent: true, message: expect.stringMatching(/^Requested hardware 'floppy' is not supported/) },
    });
    const image = images.image(testGuestDiskSaying('heal'), { properties });
    const rescued = withParts(desired, { boot: { from: 'rescue', rescueId: RESCUE_ID, image } }, { generation: 3 });
    expect(await agent.converge(rescued)).toMatchObject({ settled: true, parts: { rescueId: RESCUE_ID } });
    await untilSaid(guestId, { boot: 1, heal: 1 });
    const { disks } = await agent.driver.stats(guestId);
    expect(disks.map(({ device }) => device)).toEqual(['root', 'rescue']);
  },
);

test('a rescue image that is larger than the disk of the flavor is refused', async () => {
  const desired = aQemuGuest(images.image(testGuestDisk()));
  const small = { ...desired, spec: { ...desired.spec, rootGb: 1 } };
  await agent.converge(small);
  const large = Buffer.alloc(1024 ** 3 + 1024 ** 2);
  const boot = { from: 'rescue', rescueId: RESCUE_ID, image: images.image(large) } as const;
  const { settled, error } = await agent.converge(withParts(small, { boot }));
  expect({ settled, permanent: error?.permanent }).toEqual({ settled: false, permanent: true });
  expect(error?.message).toMatch(/too small for requested image/);
});

test('an image that is not what it says costs a running guest nothing', async () => {
  const desired = aQemuGuest(images.image(testGuestDisk()));
  const { guestId } = desired;
  await agent.converge(desired);
  await untilSaid(guestId, { boot: 1 });
  const bad = images.image(testGuestDiskSaying('anew'), { diskFormat: 'qcow2' });
  const rebuilt = withParts(
    desired,
    { rebuild: { count: 1, preserveEphemeral: false } },
    { spec: { ...desired.spec, image: bad } },
  );
  const refusal = { settled: false, power: 'running', error: { permanent: true }, parts: { rebuilds: 0 } };
  expect(await agent.converge(rebuilt)).toMatchObject(refusal);
  const rescued = withParts(desired, { boot: { from: 'rescue', rescueId: RESCUE_ID, image: bad } }, { generation: 3 });
  expect(await agent.converge(rescued)).toMatchObject(refusal);
  expect(await agent.converge({ ...desired, generation: 4 })).toMatchObject({ settled: true, power: 'running' });
  await untilSaid(guestId, { boot: 1 });
});

test('a rebuilt guest gets a new disk from the new image, once, and keeps its ephemeral disk when asked', async () => {
  const made = aQemuGuest(images.image(testGuestDisk()));
  let desired: DesiredGuest = { ...made, spec: { ...made.spec, ephemeralGb: 1 } };
  const { guestId } = desired;
  await agent.converge(desired);
  await untilSaid(guestId, { boot: 1 });
  const root = await inode(guestId, 'disk.qcow2');
  const ephemeral = await inode(guestId, 'ephemeral.qcow2');

  const spec = { ...desired.spec, image: images.image(testGuestDiskSaying('anew')) };
  desired = withParts(desired, { rebuild: { count: 1, preserveEphemeral: true } }, { spec });
  expect(await agent.converge(desired)).toMatchObject({ settled: true, power: 'running', parts: { rebuilds: 1 } });
  await untilSaid(guestId, { boot: 1, anew: 1 });
  expect(await inode(guestId, 'disk.qcow2')).not.toBe(root);
  expect(await inode(guestId, 'ephemeral.qcow2')).toBe(ephemeral);
  const rebuilt = await inode(guestId, 'disk.qcow2');
  expect(await agent.converge(desired)).toMatchObject({ settled: true });
  expect(await inode(guestId, 'disk.qcow2')).toBe(rebuilt);

  desired = withParts(desired, { rebuild: { count: 2, preserveEphemeral: false } }, { power: 'stopped' });
  expect(await agent.converge(desired)).toMatchObject({ settled: true, power: 'shutdown', parts: { rebuilds: 2 } });
  expect(await inode(guestId, 'ephemeral.qcow2')).not.toBe(ephemeral);
});
