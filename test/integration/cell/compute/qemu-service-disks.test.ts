import { randomUUID } from 'node:crypto';
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AttachedDisk } from '#platform/objects/attached-disk.ts';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import { NO_PARTS } from '#platform/objects/guest-parts.ts';
import { makeGuestImage } from '../../../../deploy/local/guest-image/guest-image.ts';
import { TEST_CACHE } from '../../../support/lone-cell.ts';
import { inGuest } from './guest-shell.ts';
import { anNbdServer, type NbdServer } from './nbd-server.ts';
import { aQemuGuest, type QemuAgent, startQemuAgent } from './qemu-agent.ts';
import { type ImageServer, startImageServer, testGuestDisk } from './test-guest.ts';

const ACCELERATED = { VOLVOX_COMPUTE_ACCELERATION: 'auto' };
const BOOT = { timeout: 120_000, interval: 500 };

let stateDir: string;
let images: ImageServer;
let agent: QemuAgent;
let server: NbdServer;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'volvox-disks-'));
  images = await startImageServer();
  agent = await startQemuAgent(stateDir, ACCELERATED);
  server = await anNbdServer(join(stateDir, 'volume.raw'));
  await server.start();
});
afterEach(async () => {
  for (const { guestId } of await agent.driver.findAll()) {
    await agent.driver.discardSuspended(guestId);
    await agent.driver.remove(guestId);
  }
  await agent.close();
  images.close();
  await server.stop();
  await rm(stateDir, { recursive: true });
});

const restartAgent = async (): Promise<void> => {
  await agent.close();
  agent = await startQemuAgent(stateDir, ACCELERATED);
};
const withDisks = (desired: DesiredGuest, disks: AttachedDisk[], rest: Partial<DesiredGuest> = {}): DesiredGuest => ({
  ...desired,
  generation: desired.generation + 1,
  parts: { ...NO_PARTS, disks },
  ...rest,
});
const disks = async ({ guestId }: DesiredGuest) => (await agent.driver.find(guestId))?.disks;
const SETTLED = { settled: true, error: null };
const attached = ({ id }: AttachedDisk) => ({ diskId: id, state: 'attached' });
const serverSays = async (offset: number, length: number): Promise<string> => {
  const file = await open(server.file);
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
  await file.close();
  return buffer.toString('latin1');
};

async function aLinuxGuest(properties: Record<string, string> = {}): Promise<DesiredGuest> {
  const bytes = await readFile(await makeGuestImage(TEST_CACHE));
  const made = aQemuGuest(images.image(bytes, { diskFormat: 'qcow2', properties }));
  const desired = { ...made, spec: { ...made.spec, ramMb: 256 } };
  expect(await agent.converge(desired)).toMatchObject(SETTLED);
  await untilReady(desired, 1);
  return desired;
}
const untilReady = ({ guestId }: DesiredGuest, boots: number) =>
  vi.waitFor(async () => {
    expect((await agent.console(guestId)).match(/volvox-guest: ready/g)).toHaveLength(boots);
  }, BOOT);
const shell = ({ guestId }: DesiredGuest, command: string) => inGuest(agent.driver, guestId, command);
const write = (text: string, device: string, block: number) =>
  `printf ${text} | dd of=/dev/${device} bs=512 seek=${block} conv=sync,notrunc 2>/dev/null && sync`;
const untilThere = (device: string) =>
  `n=0; while [ ! -b /dev/${device} ] && [ $n -lt 50 ]; do n=$((n+1)); usleep 100000; done`;

test.each(['pc', 'q35'])(
  'a Linux guest on a %s gets a disk while it runs, keeps it over every restart, and gives it up',
  async (type) => {
    let desired = await aLinuxGuest({ hw_machine_type: type });
    const disk = server.disk(randomUUID());
    desired = withDisks(desired, [disk]);
    expect(await agent.converge(desired)).toMatchObject({ ...SETTLED, parts: { disks: [attached(disk)] } });
    await shell(desired, untilThere('vdb'));
    // virtio has room for 20 characters.
    expect(await shell(desired, 'cat /sys/block/vdb/serial')).toBe(disk.id.slice(0, 20));
    await shell(desired, write('first', 'vdb', 0));
    expect(await serverSays(0, 5)).toBe('first');

    await restartAgent();
    expect(await disks(desired)).toEqual([attached(disk)]);
    await shell(desired, write('second', 'vdb', 1));
    expect(await serverSays(512, 6)).toBe('second');

    for (const power of ['suspended', 'running'] as const) {
      desired = withDisks(desired, [disk], { power });
      expect(await agent.converge(desired)).toMatchObject({ ...SETTLED, power });
    }
    await shell(desired, write('third', 'vdb', 2));

    desired = withDisks(desired, [disk], { restarts: 1 });
    expect(await agent.converge(desired)).toMatchObject(SETTLED);
    await untilReady(desired, 2);
    expect(await shell(desired, 'cat /sys/block/vdb/serial')).toBe(disk.id.slice(0, 20));
    expect(await shell(desired, 'dd if=/dev/vdb bs=512 skip=2 count=1 2>/dev/null | head -c 5')).toContain('third');

    desired = withDisks(desired, []);
    expect(await agent.converge(desired)).toMatchObject(SETTLED);
    expect(await disks(desired)).toEqual([]);
    expect(await shell(desired, 'ls /sys/block/vdb 2>/dev/null || echo gone')).toBe('gone');
    expect(await server.clients()).toBe(0);
    expect(await readdir(join(stateDir, 'guests', desired.guestId))).not.toContain('disk-0.sock');
    expect(await serverSays(1024, 5)).toBe('third');

    desired = withDisks(desired, [disk]);
    expect(await agent.converge(desired)).toMatchObject(SETTLED);
    await shell(desired, untilThere('vdb'));
    desired = withDisks(desired, [disk], { power: 'stopped' });
    expect(await agent.converge(desired)).toMatchObject({ ...SETTLED, power: 'shutdown' });
    expect([await disks(desired), await server.clients()]).toEqual([null, 0]);
  },
  400_000,
);
