import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GuestNic } from '#platform/objects/guest.ts';
import type { NicModel } from '#platform/objects/image-hardware.ts';

/**
 * The network cards on the command line of a machine (`GuestRecord.machine`). The line is kept as the machine is, also when cards come and go
 * while it runs, because a suspended machine is resumed by it. Each device has its address there, so none moves.
 */

/** Ids in QEMU: of what moves the frames, and of the card. A tap is on one card only. */
export const netdevId = (tapName: string): string => `net-${tapName}`;
export const cardId = (tapName: string): string => `card-${tapName}`;

/** Devices of QEMU. Cards of other models than virtio tell their guest no MTU. */
const DRIVERS: Readonly<Record<NicModel, string>> = {
  virtio: 'virtio-net-pci',
  e1000: 'e1000',
  e1000e: 'e1000e',
  rtl8139: 'rtl8139',
  pcnet: 'pcnet',
  ne2k_pci: 'ne2k_pci',
};

/** `place`: `addr=…` or `bus=…`. */
export function cardArguments({ mac, mtu, tapName }: GuestNic, place: string, model: NicModel): readonly string[] {
  const id = `id=${cardId(tapName)},netdev=${netdevId(tapName)}`;
  const mtuOfHost = model === 'virtio' ? `,host_mtu=${mtu}` : '';
  return [
    ...['-netdev', `tap,id=${netdevId(tapName)},ifname=${tapName},script=no,downscript=no`],
    ...['-device', `${DRIVERS[model]},${id},mac=${mac}${mtuOfHost},romfile=,${place}`],
  ];
}

/** The same for the monitor of a machine that is up. */
export const cardCommands = ({ mac, mtu, tapName }: GuestNic, place: string, model: NicModel) => {
  const [key = '', value = ''] = place.split('=');
  return {
    netdev: { type: 'tap', id: netdevId(tapName), ifname: tapName, script: 'no', downscript: 'no' },
    device: {
      ...{ driver: DRIVERS[model], id: cardId(tapName), netdev: netdevId(tapName), mac, romfile: '' },
      ...(model === 'virtio' ? { host_mtu: mtu } : {}),
      [key]: value,
    },
  };
};

/** The taps of its cards, in order. */
export const cardsOn = (machine: readonly string[]): readonly string[] =>
  machine.flatMap((argument) => /^tap,.*\bifname=([^,]+)/.exec(argument)?.[1] ?? []);

/** Whether the card can be told from the others in the machine. One that an earlier release plugged has no name there. */
export const hasCardId = (machine: readonly string[], tapName: string): boolean =>
  machine.some((argument) => argument.includes(`,id=${cardId(tapName)},`));

export function withoutCard(machine: readonly string[], tapName: string): readonly string[] {
  const isOfCard = (argument: string | undefined): boolean =>
    argument !== undefined &&
    (argument.includes(`,ifname=${tapName},`) || argument.includes(`,id=${cardId(tapName)},`));
  return machine.filter((argument, at) => !isOfCard(argument) && !isOfCard(machine[at + 1]));
}

interface CardAt {
  readonly tapName: string;
  /** `addr=…` or `bus=…`. */
  readonly at: string;
}

/** Its cards, and where they are. @throws VolvoxError unsupported when an earlier release plugged one: it has no name. */
export function cardsAt(machine: readonly string[]): readonly CardAt[] {
  return cardsOn(machine).map((tapName) => {
    const device = machine.find((argument) => argument.includes(`,id=${cardId(tapName)},`)) ?? '';
    const at = /,((?:addr|bus)=[^,]+(?:,multifunction=on)?)/.exec(device)?.[1];
    if (at !== undefined) return { tapName, at };
    throw new VolvoxError(
      'unsupported',
      'An earlier release plugged a network card of this guest. Reboot it hard; then it can be migrated live.',
    );
  });
}

/**
 * The machine, started anew, with its cards where those of another one are: cards that came and went while that one ran may be elsewhere than
 * in a new machine, and the state of the one would not fit the other. @throws VolvoxError conflict when the two have other cards.
 */
export function withCardsAt(
  machine: readonly string[],
  nics: readonly GuestNic[],
  cards: readonly CardAt[],
  model: NicModel,
): readonly string[] {
  const taps = new Set(cards.map(({ tapName }) => tapName));
  if (taps.size !== nics.length || nics.some(({ tapName }) => !taps.has(tapName)))
    throw new VolvoxError('conflict', 'The machine on the other host has other network cards than this guest.');
  const bare = nics.reduce((rest, { tapName }) => withoutCard(rest, tapName), machine);
  const byTap = new Map(nics.map((nic) => [nic.tapName, nic]));
  return [
    ...bare,
    ...cards.flatMap(({ tapName, at }) => {
      const nic = byTap.get(tapName);
      return nic === undefined ? [] : cardArguments(nic, at, model);
    }),
  ];
}

/** Where the card is in the machine, as in `cardArguments`; null: it is not there, or an earlier release plugged it. */
export function placeOfCard(machine: readonly string[], tapName: string): string | null {
  const card = machine.find((argument) => argument.includes(`,id=${cardId(tapName)},`));
  return /,((?:addr|bus)=[^,]+)/.exec(card ?? '')?.[1] ?? null;
}

/** Slots of the first bus of a `pc`; the last is left to the machine. */
const SLOTS = Array.from({ length: 29 }, (_, index) => index + 2);
/** A q35 takes new devices only behind ports that it was started with. */
const PORTS = 8;
/** After the slots of `devicesOf`, and before those of the screen and of the channels (machine-arguments.ts). */
const PORTS_SLOT = 0x1c;
const portId = (index: number): string => `plug${index}`;

export const plugPorts: readonly string[] = Array.from({ length: PORTS }, (_, index) => [
  '-device',
  `pcie-root-port,id=${portId(index)},chassis=${index + 1},addr=${PORTS_SLOT.toString(16)}.${index}` +
    (index === 0 ? ',multifunction=on' : ''),
]).flat();

/** Where the next card can be plugged into a machine that is up; null: nowhere. */
export function freePlace(machine: readonly string[]): string | null {
  const line = machine.join(' ');
  const isQ35 = machine[machine.indexOf('-machine') + 1]?.startsWith('q35') === true;
  if (isQ35) {
    const port = Array.from({ length: PORTS }, (_, index) => portId(index)).find(
      (id) => line.includes(`,id=${id},`) && !line.includes(`,bus=${id}`),
    );
    return port === undefined ? null : `bus=${port}`;
  }
  const used = new Set([...line.matchAll(/,addr=([0-9a-f]+)/g)].map((match) => Number.parseInt(`${match[1]}`, 16)));
  const slot = SLOTS.find((one) => !used.has(one));
  return slot === undefined ? null : `addr=${slot.toString(16)}.0`;
}
