import { stat } from 'node:fs/promises';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GuestSpec } from '#platform/objects/guest.ts';
import type { HostDevice } from '#platform/objects/host-device.ts';
import { iommuGroup, SYSFS } from './host-devices.ts';

/** The file by which a program puts groups into address spaces, with the kernel's numbers (Documentation/admin-guide/devices.txt). */
const CONTAINER = 'vfio/vfio:10:196';

/** What devices map besides the memory of the guest, MiB; as much as libvirt lets them. */
const MAPPED_MB = 1_024;

/** The device files that a machine with these host devices opens, for its wall. @throws VolvoxError unavailable when a device is not here. */
export async function vfioFiles(
  devices: readonly HostDevice[],
  { sysfs, dev } = { sysfs: SYSFS, dev: '/dev' },
): Promise<readonly string[]> {
  if (devices.length === 0) return [];
  const groups = await Promise.all(
    devices.map(async ({ address }) => {
      const group = await iommuGroup(address, sysfs);
      const file = group === null ? null : await stat(`${dev}/vfio/${group}`).catch(ofNoFile);
      if (group === null || file === null)
        throw new VolvoxError('unavailable', `Device ${address} of the host cannot be given to a guest now.`);
      return `vfio/${group}:${major(file.rdev)}:${minor(file.rdev)}`;
    }),
  );
  return [CONTAINER, ...new Set(groups)];
}

function ofNoFile(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** Numbers of a device, as the kernel packs them for programs (makedev(3)). */
const major = (rdev: number): number => (rdev >>> 8) & 0xfff;
const minor = (rdev: number): number => (rdev & 0xff) | ((rdev >>> 12) & 0xfff00);

/** Devices write into the memory of the guest by themselves, so all of it stays where it is; null: it has none. */
export const lockedKb = ({ ramMb, devices = [] }: Pick<GuestSpec, 'ramMb' | 'devices'>): number | null =>
  devices.length === 0 ? null : (ramMb + MAPPED_MB) * 1_024;
