import { type Static, Type } from 'typebox';
import { Count, nullable, oneOf } from './scalars.ts';

/** More than any host has. */
const MAX_HOST_DEVICES = 1_024;

/** A device of the PCI bus, a physical or a virtual function of one (Nova's names), or a mediated device. */
const DEVICE_TYPES = ['type-PCI', 'type-PF', 'type-VF', 'mdev'] as const;

/** The types that an alias may name. */
export const ALIAS_TYPES = ['type-PCI', 'type-PF', 'type-VF'] as const;

/** Four hexadecimal digits, in lower case. */
export const PciId = Type.String({ pattern: '^[0-9a-f]{4}$' });

/** `0000:81:00.0`, or the UUID of a mediated device. */
export const DeviceAddress = Type.String({
  pattern: '^([0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]\\.[0-7]|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$',
});

/** The name of a resource class of Placement: a standard one, such as `PGPU`, or an operator's. */
export const ResourceClass = Type.String({ pattern: '^[A-Z0-9_]+$', minLength: 1, maxLength: 255 });

/** A device of a host that a guest can have for itself. */
export const HostDevice = Type.Object({
  address: DeviceAddress,
  vendorId: PciId,
  productId: PciId,
  type: oneOf(DEVICE_TYPES),
  /** The NUMA node that it is close to; null: the host does not tell. */
  numaNode: nullable(Count),
  resourceClass: ResourceClass,
});
export type HostDevice = Static<typeof HostDevice>;
export const HostDevices = Type.Array(HostDevice, { maxItems: MAX_HOST_DEVICES });
export const DeviceAddresses = Type.Array(DeviceAddress, { maxItems: MAX_HOST_DEVICES });

/** The class of a device for which its host's configuration names none, as in Nova. */
export const classOfIds = (vendorId: string, productId: string): string =>
  `CUSTOM_PCI_${vendorId.toUpperCase()}_${productId.toUpperCase()}`;

/** The devices that no claim has. */
export function freeDevices(devices: readonly HostDevice[], used: readonly string[]): readonly HostDevice[] {
  if (used.length === 0) return devices;
  const taken = new Set(used);
  return devices.filter(({ address }) => !taken.has(address));
}

/** The addresses that claims have, with these too, in order. */
export const withDevices = (used: readonly string[], devices: readonly HostDevice[]): readonly string[] =>
  [...new Set([...used, ...devices.map(({ address }) => address)])].sort();

/** The same without these. */
export function withoutDevices(used: readonly string[], devices: readonly HostDevice[]): readonly string[] {
  const freed = new Set(devices.map(({ address }) => address));
  return used.filter((address) => !freed.has(address));
}
