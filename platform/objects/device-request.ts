import { type Static, Type } from 'typebox';
import { ALIAS_TYPES, type HostDevice, PciId, ResourceClass } from './host-device.ts';
import { oneOf } from './scalars.ts';

/** How close devices must be to the NUMA nodes of their guest (Nova's `numa_policy`). A guest without NUMA nodes may have any. */
export const DEVICE_AFFINITIES = ['required', 'preferred', 'legacy', 'socket'] as const;
export type DeviceAffinity = (typeof DEVICE_AFFINITIES)[number];

/** More than a machine has places for. */
export const MAX_REQUESTED_DEVICES = 64;

/** What a device must be; what is absent does not matter. */
const DeviceSpec = Type.Object({
  vendorId: Type.Optional(PciId),
  productId: Type.Optional(PciId),
  type: Type.Optional(oneOf(ALIAS_TYPES)),
  resourceClass: Type.Optional(ResourceClass),
});
export type DeviceSpec = Static<typeof DeviceSpec>;

/** So many devices, each of which is like one of `anyOf`. */
export const DeviceRequest = Type.Object({
  /** The alias, or the resource class. */
  name: Type.String({ minLength: 1, maxLength: 256 }),
  count: Type.Integer({ minimum: 1, maximum: MAX_REQUESTED_DEVICES }),
  anyOf: Type.Array(DeviceSpec, { minItems: 1, maxItems: 64 }),
  affinity: oneOf(DEVICE_AFFINITIES),
});
export type DeviceRequest = Static<typeof DeviceRequest>;

/** `resources:VGPU=1`, also of a group of the flavor (`resources1:`). */
const RESOURCES = /^resources[a-zA-Z0-9_-]{0,64}:([A-Z0-9_]+)$/;

/** The resource classes of which every host has an inventory; their amounts are those of the flavor, and PCPU makes its CPUs dedicated ones. */
const ON_HOSTS = ['VCPU', 'MEMORY_MB', 'DISK_GB', 'PCPU'];

/** Resource class → amount that a flavor asks for, of devices. No host has an inventory of another class. */
export function deviceClassesOf(extraSpecs: Readonly<Record<string, string>>): ReadonlyMap<string, number> {
  const amounts = new Map<string, number>();
  for (const [key, value] of Object.entries(extraSpecs)) {
    const name = RESOURCES.exec(key)?.[1];
    const amount = Number(value);
    if (name === undefined || ON_HOSTS.includes(name) || amount === 0) continue;
    amounts.set(name, (amounts.get(name) ?? 0) + amount);
  }
  return amounts;
}

/**
 * The devices that a server of this flavor gets: those of its aliases, which were looked up when the server was accepted (`Flavor.devices`), and
 * those of its resource classes. A class of which more is asked for than a machine has places for fits nowhere; see `resourceClasses`.
 */
export function deviceRequestsOf({
  devices = [],
  extraSpecs,
}: {
  readonly devices?: readonly DeviceRequest[];
  readonly extraSpecs: Readonly<Record<string, string>>;
}): DeviceRequest[] {
  const ofClasses = [...deviceClassesOf(extraSpecs)].flatMap(([resourceClass, count]): DeviceRequest[] =>
    Number.isInteger(count) && count > 0 && count <= MAX_REQUESTED_DEVICES
      ? [{ name: resourceClass, count, anyOf: [{ resourceClass }], affinity: 'legacy' }]
      : [],
  );
  return [...devices, ...ofClasses];
}

/** Why a server with devices cannot be migrated live, in Nova's words: none of them is that of a network card. */
export const HAS_DEVICES =
  'Migration pre-check error: non-VIF related PCI requests for instance are not allowed for live migration.';

/** Whether a device is what is asked for. Physical functions and mediated devices are given only to those who name their type or class. */
export const isLike = (device: Omit<HostDevice, 'address'>, { anyOf }: Pick<DeviceRequest, 'anyOf'>): boolean =>
  anyOf.some(
    ({ vendorId, productId, type, resourceClass }) =>
      (vendorId === undefined || vendorId === device.vendorId) &&
      (productId === undefined || productId === device.productId) &&
      (resourceClass === undefined || resourceClass === device.resourceClass) &&
      (type === undefined
        ? resourceClass !== undefined || ['type-PCI', 'type-VF'].includes(device.type)
        : type === device.type),
  );
