import type { HostSetup } from './host-setup.ts';
import { runIp, tryIp } from './ip.ts';

/** A tap lives without a guest that holds it, and keeps its place in the bridge while guests come and go. */
export async function plugTaps(
  setup: HostSetup,
  bridge: string,
  mtu: number,
  taps: readonly { readonly name: string; readonly exists: boolean }[],
): Promise<void> {
  await runIp(
    setup.namespace,
    taps.flatMap(({ name, exists }) => [
      ...(exists ? [] : [`tuntap add dev ${name} mode tap user ${setup.guestUid}`]),
      `link set dev ${name} mtu ${mtu} master ${bridge} up`,
    ]),
  );
}

/** Also when a guest still holds them: it then talks to nobody. */
export async function unplugTaps(setup: HostSetup, taps: readonly string[]): Promise<void> {
  await tryIp(
    setup.namespace,
    taps.map((name) => `link delete dev ${name}`),
  );
}
