import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GuestSpec } from '#platform/objects/guest.ts';
import type { GuestDisk } from '#platform/objects/guest-disks.ts';
import { DiskImages } from '../../../../cell/compute/drivers/qemu/disk-image.ts';
import { formatCommand } from '../../../../cell/compute/drivers/qemu/format-disk.ts';
import { machineArguments } from '../../../../cell/compute/drivers/qemu/machine-arguments.ts';
import { makeEmptyFile } from '../../../../cell/compute/drivers/qemu/make-empty-file.ts';
import { aQemuGuest, type QemuAgent, startQemuAgent } from './qemu-agent.ts';
import { type ImageServer, startImageServer, testGuestDisk } from './test-guest.ts';

let stateDir: string;
let images: ImageServer;
let agent: QemuAgent;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'volvox-disks-'));
  images = await startImageServer();
  agent = await startQemuAgent(stateDir);
});
afterEach(async () => {
  for (const { guestId } of await agent.driver.findAll()) await agent.driver.remove(guestId);
  await agent.close();
  images.close();
  await rm(stateDir, { recursive: true });
});

const aDisk = (name: GuestDisk['name'], rest: Partial<GuestDisk> = {}): GuestDisk => ({
  name,
  sizeMb: 64,
  format: null,
  bus: null,
  bootIndex: null,
  tag: null,
  ...rest,
});
const aNic = (index: number): GuestSpec['nics'][number] => ({
  portId: '6a1f0c1e-0000-4000-8000-0000000000cc',
  networkId: '6a1f0c1e-0000-4000-8000-0000000000dd',
  mac: `52:54:00:00:00:${index.toString(16).padStart(2, '0')}`,
  tapName: `tap${index}`,
  mtu: 1450,
  tag: null,
});
/** Has QEMU make a machine with no tap, no file and no socket, and end it before it runs. @throws what QEMU refuses. */
function makeMachine(machine: readonly string[]): void {
  const bare = machine.map((one) =>
    one
      .replace(/^tap,(id=[^,]+),.*/, 'user,$1')
      .replace(/^file=[\w.-]+,format=\w+/, 'file=null-co://,format=raw')
      .replace(/^unix:.*/, 'none')
      .replace(/^socket,(id=\w+),.*/, 'null,$1'),
  );
  // QEMU refuses an address that another device has, and a slot that does not exist.
  execFileSync('qemu-system-x86_64', [...bare, '-S', '-monitor', 'stdio'], { input: 'quit\n', stdio: 'pipe' });
}
const aGuest = (disks: readonly GuestDisk[] | undefined, rest: Partial<GuestSpec> = {}) => {
  const made = aQemuGuest(images.image(testGuestDisk()));
  return { ...made, spec: { ...made.spec, ...rest, ...(disks === undefined ? {} : { disks: [...disks] }) } };
};
/** What stands on a disk of a guest, as `blkid` reads it. */
function contentOf(guestId: string, name: string): Readonly<Record<string, string>> {
  const raw = join(stateDir, `${name}.raw`);
  const disk = join(stateDir, 'guests', guestId, `${name}.qcow2`);
  execFileSync('qemu-img', ['convert', '-U', '-f', 'qcow2', '-O', 'raw', disk, raw]);
  const lines = execFileSync('blkid', ['-p', '-o', 'export', raw]).toString().trim().split('\n');
  return Object.fromEntries(lines.map((line) => line.split('=')).map(([key = '', value = '']) => [key, value]));
}
const virtualMb = (guestId: string, name: string): number => {
  const disk = join(stateDir, 'guests', guestId, `${name}.qcow2`);
  return (
    JSON.parse(execFileSync('qemu-img', ['info', '-U', '--output=json', disk]).toString())['virtual-size'] / 2 ** 20
  );
};
const untilBooted = (guestId: string, times = 1) =>
  vi.waitFor(async () => expect((await agent.console(guestId)).match(/boot$/gm)).toHaveLength(times), {
    timeout: 20_000,
    interval: 50,
  });

test('the disks of a flavor are formatted: an ephemeral one that guests find by its label, and swap', async () => {
  const { guestId, ...desired } = aGuest(undefined, { ephemeralGb: 1, swapMb: 32 });
  expect(await agent.converge({ guestId, ...desired })).toMatchObject({ settled: true, error: null });
  await untilBooted(guestId);
  expect(contentOf(guestId, 'ephemeral')).toMatchObject({ TYPE: 'ext4', LABEL: 'ephemeral0' });
  expect(contentOf(guestId, 'swap')).toMatchObject({ TYPE: 'swap' });
  expect([virtualMb(guestId, 'ephemeral'), virtualMb(guestId, 'swap')]).toEqual([1024, 32]);
  expect((await readdir(join(stateDir, 'guests', guestId))).filter((name) => name.endsWith('.raw'))).toEqual([]);
});

test.each(['virtio', 'scsi', 'sata', 'ide', 'usb'] as const)('a guest boots from its root disk on %s', async (bus) => {
  const desired = aGuest([
    aDisk('root', { sizeMb: 1024, bus, bootIndex: 0 }),
    aDisk('ephemeral', { bus, bootIndex: 1, format: 'ext2' }),
    aDisk('ephemeral1', { sizeMb: 32 }),
  ]);
  const { guestId } = desired;
  expect(await agent.converge(desired)).toMatchObject({ settled: true, error: null });
  await untilBooted(guestId);
  expect(contentOf(guestId, 'ephemeral')).toMatchObject({ TYPE: 'ext2', LABEL: 'ephemeral0' });
  expect(contentOf(guestId, 'ephemeral1')).toMatchObject({ TYPE: 'ext4', LABEL: 'ephemeral1' });
  const { disks } = await agent.driver.stats(guestId);
  expect(disks.map(({ device }) => device).sort()).toEqual(['ephemeral', 'ephemeral1', 'root']);
});

test('a guest of a q35 boots from SATA, and refuses IDE in words', async () => {
  const image = { ...images.image(testGuestDisk()), properties: { hw_machine_type: 'q35' } };
  const desired = aGuest([aDisk('root', { sizeMb: 1024, bus: 'sata', bootIndex: 0 })], { image, configDrive: false });
  expect(await agent.converge(desired)).toMatchObject({ settled: true, error: null });
  await untilBooted(desired.guestId);
  const refused = aGuest([aDisk('root', { sizeMb: 1024, bus: 'ide', bootIndex: 0 })], { image });
  expect((await agent.converge(refused)).error).toMatchObject({
    message: expect.stringMatching(/no IDE bus/),
    blame: 'request',
  });
});

test.each([false, true])('64 cards have an address each; the machine is rescued: %s', (isRescued) => {
  const nics = Array.from({ length: 64 }, (_, index) => aNic(index));
  const { guestId, spec } = aGuest(undefined, { nics, ephemeralGb: 1, swapMb: 1, ramMb: 64 });
  const machine = machineArguments({ guestId, spec, rescue: isRescued ? spec.image : null, acceleration: 'tcg' });
  expect(() => makeMachine(machine)).not.toThrow();
});

test.each(['pc', 'q35'])('QEMU makes every machine of type %s that an image can ask for', (hw_machine_type) => {
  const properties = [
    ...['virtio', 'e1000', 'e1000e', 'rtl8139', 'pcnet', 'ne2k_pci'].map((hw_vif_model) => ({ hw_vif_model })),
    ...['virtio', 'cirrus', 'bochs', 'none'].map((hw_video_model) => ({ hw_video_model })),
    ...['scsi', 'sata', 'usb'].map((hw_disk_bus) => ({ hw_disk_bus })),
    ...['sata', 'scsi'].map((hw_cdrom_bus) => ({ hw_cdrom_bus })),
    { hw_boot_menu: 'yes' },
  ];
  const rescues = [
    ...['virtio', 'scsi', 'sata', 'usb'].map((hw_rescue_bus) => ({ hw_rescue_bus })),
    ...['sata', 'scsi'].map((hw_rescue_bus) => ({ hw_rescue_device: 'cdrom', hw_rescue_bus })),
    { hw_rescue_device: 'cdrom' },
  ];
  const made = images.image(testGuestDisk());
  const machine = (asked: object, rescue: object | null) => {
    const image = { ...made, properties: { hw_machine_type, ...asked } };
    const { guestId, spec } = aGuest(undefined, { image, nics: [aNic(0)], configDrive: true, ephemeralGb: 1 });
    const rescueImage = rescue === null ? null : { ...made, properties: { hw_machine_type, ...rescue } };
    return machineArguments({ guestId, spec, rescue: rescueImage, acceleration: 'tcg' });
  };
  for (const asked of properties) expect(() => makeMachine(machine(asked, null)), JSON.stringify(asked)).not.toThrow();
  for (const asked of rescues) expect(() => makeMachine(machine({}, asked)), JSON.stringify(asked)).not.toThrow();
});

test('a guest boots from its root disk as a CD-ROM, which its saves still read', async () => {
  const desired = aGuest([aDisk('root', { sizeMb: 1024, type: 'cdrom', bootIndex: 0 })]);
  expect(await agent.converge(desired)).toMatchObject({ settled: true, error: null });
  await vi.waitFor(async () => {
    const { disks } = await agent.driver.stats(desired.guestId);
    expect(disks.find(({ device }) => device === 'root')?.readBytes).toBeGreaterThan(0);
  });
});

test('disks are formatted within the limits of the program, time after time', async () => {
  const images = new DiskImages(null);
  for (let time = 0; time < 40; time++) {
    const [path, raw] = [join(stateDir, 'disk'), join(stateDir, 'raw')];
    await makeEmptyFile(path, null);
    await makeEmptyFile(raw, null, 2 ** 30);
    await images.createFormatted(path, raw, formatCommand({ name: 'ephemeral', format: null }));
  }
});
