import { ipInNamespace, tryIpInNamespace } from './ip.ts';
import type { Place } from './place.ts';

/** A tap lives without a guest that holds it, and keeps its place in the bridge while guests come and go. */
export async function plugTaps(
  place: Place,
  bridge: string,
  mtu: number,
  taps: readonly { readonly name: string; readonly exists: boolean }[],
): Promise<void> {
  await ipInNamespace(
    place,
    taps.flatMap(({ name, exists }) => [
      ...(exists ? [] : [`tuntap add dev ${name} mode tap user ${place.guestUid}`]),
      `link set dev ${name} mtu ${mtu} master ${bridge} up`,
    ]),
  );
}

/** Also when a guest still holds them: it then talks to nobody. */
export async function unplugTaps(place: Place, taps: readonly string[]): Promise<void> {
  await tryIpInNamespace(
    place,
    taps.map((name) => `link delete dev ${name}`),
  );
}
