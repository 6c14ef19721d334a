import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HostDevice } from '#platform/objects/host-device.ts';
import { readHostDevices } from '../../../../../../cell/compute/drivers/qemu/host-devices.ts';
import { machineArguments } from '../../../../../../cell/compute/drivers/qemu/machine-arguments.ts';
import { lockedKb, vfioFiles } from '../../../../../../cell/compute/drivers/qemu/vfio-files.ts';
import { A_GUEST_ID, aNic, aSpec } from '../../a-guest.ts';

const GPU = '0000:81:00.0';
const NIC = '0000:03:00.0';
const FUNCTION = '0000:03:10.0';
const VGPU = '4b20d080-1b54-4048-85b3-a6a62d165c01';

let folder: string;
const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
};
const link = async (path: string, target: string): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await symlink(target, join(folder, path));
};
const addDevice = async (address: string, ids: string, node: number, group: number, driver = 'vfio-pci') => {
  const of = `bus/pci/devices/${address}`;
  const [vendor = '', product = ''] = ids.split(':');
  await write(`${of}/vendor`, `0x${vendor}\n`);
  await write(`${of}/device`, `0x${product}\n`);
  await write(`${of}/numa_node`, `${node}\n`);
  await link(`${of}/driver`, `../../../../bus/pci/drivers/${driver}`);
  await link(`${of}/iommu_group`, `../../../../kernel/iommu_groups/${group}`);
};

/** A GPU, a network card with one virtual function, and a mediated device of another GPU. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'volvox-devices-'));
  await addDevice(GPU, '10de:2230', 1, 41);
  await addDevice(NIC, '8086:1521', -1, 7);
  await write(`bus/pci/devices/${NIC}/sriov_totalvfs`, '8\n');
  await addDevice(FUNCTION, '8086:1520', 0, 9);
  await link(`bus/pci/devices/${FUNCTION}/physfn`, `../${NIC}`);
  await addDevice('0000:82:00.0', '10de:20f1', 1, 42, 'nvidia');
  await link(`bus/pci/devices/0000:82:00.0/${VGPU}/iommu_group`, '../../../../../kernel/iommu_groups/50');
  await link(`bus/mdev/devices/${VGPU}`, `../../pci/devices/0000:82:00.0/${VGPU}`);
});
afterEach(() => rm(folder, { recursive: true }));

it('reads from the kernel what the devices are, and near which node', async () => {
  const offered = [{ address: GPU }, { address: FUNCTION }, { address: VGPU, resource_class: 'VGPU' }];
  expect(await readHostDevices(offered, folder)).toEqual({
    devices: [
      {
        ...{ address: GPU, vendorId: '10de', productId: '2230', type: 'type-PCI' },
        ...{ numaNode: 1, resourceClass: 'CUSTOM_PCI_10DE_2230' },
      },
      {
        ...{ address: FUNCTION, vendorId: '8086', productId: '1520', type: 'type-VF' },
        ...{ numaNode: 0, resourceClass: 'CUSTOM_PCI_8086_1520' },
      },
      {
        ...{ address: VGPU, vendorId: '10de', productId: '20f1', type: 'mdev', numaNode: 1 },
        resourceClass: 'VGPU',
      },
    ],
    missing: [],
  });
  const { devices } = await readHostDevices([{ address: NIC }], folder);
  expect(devices).toMatchObject([{ type: 'type-PF', numaNode: null }]);
});

it('leaves out what is not there, has another driver, or has no IOMMU', async () => {
  await rm(join(folder, `bus/pci/devices/${GPU}/iommu_group`));
  const offered = [{ address: '0000:99:00.0' }, { address: '0000:82:00.0' }, { address: GPU }];
  expect(await readHostDevices(offered, folder)).toEqual({
    devices: [],
    missing: [
      'Device 0000:99:00.0 is not in this host.',
      'Device 0000:82:00.0 is not bound to the driver vfio-pci.',
      `Device ${GPU} is in no IOMMU group: the IOMMU of this host is off.`,
    ],
  });
});

it('refuses devices that guests cannot have apart', async () => {
  await expect(readHostDevices([{ address: NIC }, { address: FUNCTION }], folder)).rejects.toThrow(
    `${NIC} and ${FUNCTION}, which guests cannot have apart: one is a virtual function of the other`,
  );
  await addDevice('0000:81:00.1', '10de:1aef', 1, 41);
  await expect(readHostDevices([{ address: GPU }, { address: '0000:81:00.1' }], folder)).rejects.toThrow(
    'both are in IOMMU group 41',
  );
});

const aDevice = (address: string, type: HostDevice['type']): HostDevice => ({
  ...{ address, vendorId: '10de', productId: '2230', type, numaNode: null, resourceClass: 'PGPU' },
});

it('a machine has its devices after its network cards, which stay where metadata tells', () => {
  const nics = [aNic('tap-1')];
  const plain = machineArguments({ guestId: A_GUEST_ID, spec: aSpec({ nics }), acceleration: 'kvm' });
  const devices = [aDevice(GPU, 'type-PCI'), aDevice(VGPU, 'mdev')];
  const machine = machineArguments({ guestId: A_GUEST_ID, spec: aSpec({ nics, devices }), acceleration: 'kvm' });
  const added = machine.filter((argument) => argument.startsWith('vfio-pci,'));
  expect(added).toEqual([
    expect.stringMatching(/^vfio-pci,host=0000:81:00\.0,addr=[0-9a-f]+\.0$/),
    expect.stringMatching(/^vfio-pci,sysfsdev=\/sys\/bus\/mdev\/devices\/4b20d080-[0-9a-f-]+,addr=[0-9a-f]+\.0$/),
  ]);
  const addresses = machine.flatMap((argument) => /,addr=([0-9a-f]+\.\d)/.exec(argument)?.[1] ?? []);
  expect(new Set(addresses).size).toBe(addresses.length);
  const rest = machine.filter((argument, at) => ![argument, machine[at + 1]].some((one) => added.includes(one ?? '')));
  expect(rest).toEqual(plain);
});

it('the wall of a machine lets it open the files of its devices, and lock the memory of the guest', async () => {
  await mkdir(join(folder, 'vfio'));
  await symlink('/dev/null', join(folder, 'vfio/41'));
  const devices = [aDevice(GPU, 'type-PCI')];
  const from = { sysfs: folder, dev: folder };
  expect(await vfioFiles(devices, from)).toEqual(['vfio/vfio:10:196', 'vfio/41:1:3']);
  expect(await vfioFiles([], from)).toEqual([]);
  await expect(vfioFiles([aDevice(FUNCTION, 'type-VF')], from)).rejects.toThrow(
    `Device ${FUNCTION} of the host cannot be given to a guest now.`,
  );
  expect([lockedKb({ ramMb: 2_048, devices }), lockedKb({ ramMb: 2_048 })]).toEqual([3_072 * 1_024, null]);
});
