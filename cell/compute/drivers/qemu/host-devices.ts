import { access, readFile, readlink, realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { classOfIds, type HostDevice } from '#platform/objects/host-device.ts';
import type { OfferedDevice } from '../../offered-devices.ts';

/** The kernel's files, sysfs(5). */
export const SYSFS = '/sys';

/** The driver of PCI devices that programs can have (Documentation/driver-api/vfio.rst). */
const DRIVER = 'vfio-pci';

const isMediated = (address: string): boolean => !address.includes(':');

/** The folder of a device. */
export const deviceFolder = (address: string, sysfs = SYSFS): string =>
  isMediated(address) ? `${sysfs}/bus/mdev/devices/${address}` : `${sysfs}/bus/pci/devices/${address}`;

interface FoundDevices {
  readonly devices: readonly HostDevice[];
  /** Why the others cannot be given to guests, as sentences. */
  readonly missing: readonly string[];
}

/**
 * The devices of this host that its configuration offers to guests, without those that are not there or have another driver.
 * @throws VolvoxError invalid when guests could not have two of them apart: of one IOMMU group, or a function and its virtual function.
 */
export async function readHostDevices(offered: readonly OfferedDevice[], sysfs = SYSFS): Promise<FoundDevices> {
  const found = await Promise.all(offered.map((one) => readDevice(one, sysfs)));
  const read = found.filter((one) => typeof one !== 'string');
  for (const [at, { device, group, parent }] of read.entries()) {
    const other = read.find((one, index) => (index < at && one.group === group) || one.device.address === parent);
    if (other === undefined) continue;
    throw new VolvoxError(
      'invalid',
      `compute.devices names ${other.device.address} and ${device.address}, which guests cannot have apart: ` +
        (other.device.address === parent
          ? 'one is a virtual function of the other.'
          : `both are in IOMMU group ${group}.`),
    );
  }
  return {
    devices: read.map(({ device }) => device),
    missing: found.filter((one) => typeof one === 'string'),
  };
}

interface ReadDevice {
  readonly device: HostDevice;
  readonly group: string;
  /** The address of the function whose virtual function it is; null: it is none. */
  readonly parent: string | null;
}

/** Or why it cannot be given to guests. */
async function readDevice({ address, resource_class }: OfferedDevice, sysfs: string): Promise<ReadDevice | string> {
  const folder = deviceFolder(address, sysfs);
  if (!(await exists(folder))) return `Device ${address} is not in this host.`;
  const group = await iommuGroup(address, sysfs);
  if (group === null) return `Device ${address} is in no IOMMU group: the IOMMU of this host is off.`;
  const pci = isMediated(address) ? dirname(await realpath(folder)) : folder;
  const parent = isMediated(address) ? null : await linkName(`${folder}/physfn`);
  if (!isMediated(address) && (await linkName(`${folder}/driver`)) !== DRIVER)
    return `Device ${address} is not bound to the driver ${DRIVER}.`;
  const [vendorId, productId] = [await pciId(`${pci}/vendor`), await pciId(`${pci}/device`)];
  const numaNode = Number(await readFile(`${pci}/numa_node`, 'utf8'));
  const isPhysical = await exists(`${folder}/sriov_totalvfs`);
  return {
    device: {
      address,
      vendorId,
      productId,
      type: isMediated(address) ? 'mdev' : parent !== null ? 'type-VF' : isPhysical ? 'type-PF' : 'type-PCI',
      numaNode: numaNode < 0 ? null : numaNode,
      resourceClass: resource_class ?? classOfIds(vendorId, productId),
    },
    group,
    parent,
  };
}

/** The number of the group of devices that only one program can have at a time; null: it is in none, or not there. */
export const iommuGroup = (address: string, sysfs = SYSFS): Promise<string | null> =>
  linkName(`${deviceFolder(address, sysfs)}/iommu_group`);

const pciId = async (path: string): Promise<string> =>
  (await readFile(path, 'utf8')).trim().toLowerCase().replace(/^0x/, '');

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );

const linkName = (path: string): Promise<string | null> =>
  readlink(path).then(
    (target) => basename(target),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    },
  );
