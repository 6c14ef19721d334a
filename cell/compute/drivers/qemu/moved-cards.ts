import type { GuestSpec } from '#platform/objects/guest.ts';
import type { MovedCard } from '#platform/objects/guest-parts.ts';
import { addressesOfCards } from '#platform/objects/tagged-devices.ts';
import { placeOfCard } from './cards.ts';

/**
 * The tagged cards of a machine that are not where a machine that starts now has them: they came while it ran, or others went. The guest
 * hears of their addresses from its metadata. Pure.
 */
export function movedCards(machine: readonly string[], spec: GuestSpec): readonly MovedCard[] {
  const tagged = spec.nics.filter(({ tag }) => tag !== null);
  if (tagged.length === 0) return [];
  const usual = addressesOfCards(spec);
  return tagged.flatMap(({ mac, tapName }): MovedCard[] => {
    const place = placeOfCard(machine, tapName);
    const address = place === null ? null : addressAt(place);
    return address === null || address === usual.get(mac) ? [] : [{ mac, address }];
  });
}

/**
 * `addr=1c.0`, in hexadecimal, is on the machine's first bus. What is behind a port of a q35 is alone on a bus of its own, which the firmware
 * numbers from 1 in the order of the ports, because the machine has no other bridges.
 */
function addressAt(place: string): string | null {
  const [, slot, one] = /^addr=([0-9a-f]+)\.([0-7])$/.exec(place) ?? [];
  if (slot !== undefined) return `0000:00:${slot.padStart(2, '0')}.${one}`;
  const [, port] = /^bus=plug(\d+)$/.exec(place) ?? [];
  return port === undefined ? null : `0000:${(Number(port) + 1).toString(16).padStart(2, '0')}:00.0`;
}
