import { type Static, Type } from 'typebox';
import { type JsonList, jsonListOf } from '#platform/config/json-list.ts';
import {
  ALIAS_TYPES,
  classOfIds,
  DeviceAddress,
  type HostDevice,
  PciId,
  ResourceClass,
} from '#platform/objects/host-device.ts';
import { Count, oneOf } from '#platform/objects/scalars.ts';

/** A device that an operator lets guests have (`compute.devices`). The rest is read from the host. */
const OfferedDevice = Type.Object(
  { address: DeviceAddress, resource_class: Type.Optional(ResourceClass) },
  { additionalProperties: false },
);
export type OfferedDevice = Static<typeof OfferedDevice>;

/** Devices of each simulated host (`compute.fakeHostDevices`). `numa_node` absent: they are spread over its nodes. */
const SimulatedDevices = Type.Object(
  {
    vendor_id: PciId,
    product_id: PciId,
    count: Type.Integer({ minimum: 1, maximum: 256 }),
    device_type: Type.Optional(oneOf(ALIAS_TYPES)),
    resource_class: Type.Optional(ResourceClass),
    numa_node: Type.Optional(Count),
  },
  { additionalProperties: false },
);
type SimulatedDevices = Static<typeof SimulatedDevices>;

const MAX_SIMULATED = 1_024;
const readOffered = jsonListOf('devices', OfferedDevice);
const readSimulated = jsonListOf('fakeHostDevices', SimulatedDevices);

/** The sentence that is wrong with them; null: nothing. */
export function whyNotDevices(texts: { readonly devices: string; readonly fakeHostDevices: string }): string | null {
  const [offered, simulated] = [readOffered(texts.devices), readSimulated(texts.fakeHostDevices)];
  const wrong = offered.wrong ?? simulated.wrong;
  if (wrong !== null) return wrong;
  const addresses = listOf(offered).map(({ address }) => address);
  const twice = addresses.find((address, at) => addresses.indexOf(address) !== at);
  if (twice !== undefined) return `devices names ${twice} twice`;
  const count = listOf(simulated).reduce((sum, one) => sum + one.count, 0);
  return count > MAX_SIMULATED ? `fakeHostDevices has ${count} devices; expected at most ${MAX_SIMULATED}` : null;
}

const listOf = <T>({ list }: JsonList<T>): readonly T[] => list ?? [];

export const offeredDevices = (text: string): readonly OfferedDevice[] => listOf(readOffered(text));

/** The devices of a simulated host with so many NUMA nodes. */
export function simulatedDevices(text: string, nodes: number): HostDevice[] {
  let next = 0;
  return listOf(readSimulated(text)).flatMap((kind) =>
    Array.from({ length: kind.count }, (_, at) => simulatedDevice(kind, next++, Math.floor((at * nodes) / kind.count))),
  );
}

const SLOTS = 32;
const FIRST_BUS = 0x80;

const hex = (value: number): string => value.toString(16).padStart(2, '0');

const simulatedDevice = (kind: SimulatedDevices, at: number, node: number): HostDevice => ({
  address: `0000:${hex(FIRST_BUS + Math.floor(at / SLOTS))}:${hex(at % SLOTS)}.0`,
  vendorId: kind.vendor_id,
  productId: kind.product_id,
  type: kind.device_type ?? 'type-PCI',
  numaNode: kind.numa_node ?? node,
  resourceClass: kind.resource_class ?? classOfIds(kind.vendor_id, kind.product_id),
});
