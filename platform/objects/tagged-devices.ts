import { type Static, Type } from 'typebox';
import type { GuestSpec } from './guest.ts';
import { busOfDisk, type DiskOnBus, devicesOf, type PciAddress } from './guest-devices.ts';
import { disksOf } from './guest-disks.ts';
import type { MovedCard } from './guest-parts.ts';
import { Mac, oneOf } from './scalars.ts';

/** A device that the user tagged, and where its guest finds it. */
export const TaggedDevice = Type.Object({
  type: oneOf(['nic', 'disk']),
  bus: oneOf(['pci', 'scsi', 'ide', 'usb']),
  /** `0000:00:03.0` on PCI; controller:bus:target:unit behind a controller of disks; bus:port on USB. */
  address: Type.String(),
  mac: Type.Optional(Mac),
  tags: Type.Array(Type.String()),
});
export type TaggedDevice = Static<typeof TaggedDevice>;

type SpecOfDevices = Parameters<typeof devicesOf>[0];

/** Whether the user tagged any device. */
export const hasTaggedDevices = (spec: SpecOfDevices): boolean =>
  spec.nics.some(({ tag }) => tag !== null) || disksOf(spec).some(({ tag }) => tag !== null);

/** The addresses of the cards in a machine that starts now, by MAC. Pure. @throws VolvoxError as `devicesOf`. */
export const addressesOfCards = (spec: SpecOfDevices): ReadonlyMap<string, string> =>
  new Map(
    devicesOf(spec).onPci.flatMap((device) => (device.kind === 'nic' ? [[device.nic.mac, pciText(device.pci)]] : [])),
  );

/**
 * The devices with a tag, cards first. Pure. `moved`: cards that are elsewhere than a machine that starts now has them.
 * @throws VolvoxError as `devicesOf`.
 */
export function taggedDevices(spec: SpecOfDevices, moved: readonly MovedCard[] = []): TaggedDevice[] {
  if (!hasTaggedDevices(spec)) return [];
  const { onPci, onOtherBuses } = devicesOf(spec);
  const nics = onPci.flatMap((device): TaggedDevice[] => {
    if (device.kind !== 'nic' || device.nic.tag === null) return [];
    const { mac, tag } = device.nic;
    const address = moved.find((card) => card.mac === mac)?.address ?? pciText(device.pci);
    return [{ type: 'nic', bus: 'pci', address, mac, tags: [tag] }];
  });
  const disks = onPci.flatMap((device): TaggedDevice[] =>
    device.kind !== 'disk' || device.disk.tag === null
      ? []
      : [{ type: 'disk', bus: 'pci', address: pciText(device.pci), tags: [device.disk.tag] }],
  );
  const others = onOtherBuses.flatMap((device): TaggedDevice[] =>
    device.disk.tag === null ? [] : [{ type: 'disk', ...onBus(device), tags: [device.disk.tag] }],
  );
  return [...nics, ...disks, ...others];
}

/** As guests and libvirt write it. */
const pciText = ({ slot, function: one }: PciAddress): string => `0000:00:${slot.toString(16).padStart(2, '0')}.${one}`;

/** The controller of SATA is one of SCSI's kind to its guest, as Nova tells it. */
function onBus({ bus, unit }: DiskOnBus): Pick<TaggedDevice, 'bus' | 'address'> {
  if (bus === 'usb') return { bus, address: `0:${unit + 1}` };
  if (bus === 'ide') return { bus, address: `0:${unit >> 1}:0:${unit & 1}` };
  return { bus: 'scsi', address: `0:0:0:${unit}` };
}

/**
 * The names of the disks in EC2's form, as a guest with Linux calls them: those on virtio and those on all other buses count each for
 * themselves, in the order of the machine. Pure.
 */
export function blockDeviceNames(
  spec: Pick<GuestSpec, 'rootGb' | 'ephemeralGb' | 'swapMb' | 'disks' | 'image'>,
): Record<string, string> {
  const counts = { vd: 0, sd: 0 };
  const names: Record<string, string> = {};
  for (const disk of disksOf(spec)) {
    const { name } = disk;
    const kind = busOfDisk(disk, spec.image) === 'virtio' ? 'vd' : 'sd';
    const device = `${kind}${String.fromCharCode('a'.charCodeAt(0) + counts[kind])}`;
    counts[kind] += 1;
    if (name === 'root') Object.assign(names, { ami: device, root: `/dev/${device}` });
    else names[name === 'ephemeral' ? 'ephemeral0' : name] = `/dev/${device}`;
  }
  return names;
}
