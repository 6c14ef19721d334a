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
const BOOT = { timeout: 300_000, interval: 500 };

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
    // A serial number on virtio has 20 characters.
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
  900_000,
);

test('a disk on SCSI, and one that may only be read', async () => {
  let desired = await aLinuxGuest();
  const [disk, readOnly] = [
    server.disk(randomUUID(), { bus: 'scsi' }),
    server.disk(randomUUID(), { unit: 1, readOnly: true }),
  ];
  desired = withDisks(desired, [disk, readOnly]);
  expect(await agent.converge(desired)).toMatchObject(SETTLED);
  await shell(desired, untilThere('sda'));
  await shell(desired, write('scsi', 'sda', 3));
  await shell(desired, untilThere('vdb'));
  expect(await shell(desired, 'cat /sys/block/vdb/ro')).toBe('1');
  desired = withDisks(desired, []);
  expect(await agent.converge(desired)).toMatchObject(SETTLED);
  expect(await shell(desired, 'ls /sys/block | grep -c "sda\\|vdb" || true')).toBe('0');
  expect([await serverSays(1536, 4), await server.clients()]).toEqual(['scsi', 0]);
}, 900_000);

test('a server that is lost does not hang the agent, and the guest gets its disk again when it is back', async () => {
  let desired = await aLinuxGuest();
  const disk = server.disk(randomUUID());
  desired = withDisks(desired, [disk]);
  expect(await agent.converge(desired)).toMatchObject(SETTLED);
  await shell(desired, untilThere('vdb'));
  await server.stop();
  await shell(desired, `(${write('late', 'vdb', 4)}; echo written) > /tmp/late 2>&1 & true`);
  expect(await agent.converge(desired)).toMatchObject({ ...SETTLED, power: 'running' });
  await agent.driver.stats(desired.guestId);
  await server.start();
  await shell(desired, 'while ! grep -q written /tmp/late; do usleep 100000; done');
  expect(await serverSays(2048, 4)).toBe('late');
}, 900_000);

test('a guest whose system does not answer keeps its disk, and is said to', async () => {
  let desired = aQemuGuest(images.image(testGuestDisk()));
  await agent.converge(desired);
  const disk = server.disk(randomUUID());
  desired = withDisks(desired, [disk]);
  expect(await agent.converge(desired)).toMatchObject(SETTLED);
  desired = withDisks(desired, []);
  const { settled, error } = await agent.converge(desired);
  expect({ settled, permanent: error?.permanent }).toEqual({ settled: false, permanent: false });
  expect(error?.message).toMatch(/does not give the disk up/);
  desired = withDisks(desired, [disk]);
  expect(await agent.converge(desired)).toMatchObject({ ...SETTLED, parts: { disks: [attached(disk)] } });
  expect(await server.clients()).toBe(1);
}, 120_000);

test('a disk whose server is away is not attached, and nothing is left of it', async () => {
  let desired = aQemuGuest(images.image(testGuestDisk()));
  await agent.converge(desired);
  const disk = server.disk(randomUUID());
  await server.stop();
  desired = withDisks(desired, [disk]);
  const away = await agent.converge(desired);
  expect(away).toMatchObject({ settled: false, power: 'running', error: { permanent: false } });
  expect(away.error?.message).toMatch(
    /The server of disk .* at 127.0.0.1:\d+ cannot be reached \(connect ECONNREFUSED/,
  );
  expect(await disks(desired)).toEqual([]);
  const unknown = { ...disk, connection: { kind: 'rbd', data: {} } };
  const refused = await agent.converge(withDisks(desired, [unknown]));
  expect(refused.error).toMatchObject({ permanent: true });
  expect(refused.error?.message).toMatch(/of kind rbd, which the host cannot connect; it can connect nbd/);
  desired = withDisks(withDisks(desired, []), []);
  expect(await agent.converge(desired)).toMatchObject(SETTLED);
  expect(await readdir(join(stateDir, 'guests', desired.guestId))).not.toContain('disk-0.sock');

  await server.start();
  const wrong = { ...disk, connection: { ...disk.connection, data: { ...disk.connection.data, exportName: 'other' } } };
  desired = withDisks(desired, [wrong]);
  expect((await agent.converge(desired)).error?.message).toMatch(
    /^Disk .* cannot be connected: Requested export not available/,
  );
  expect(await disks(desired)).toEqual([]);
  desired = withDisks(desired, [disk]);
  expect(await agent.converge(desired)).toMatchObject(SETTLED);
}, 120_000);
