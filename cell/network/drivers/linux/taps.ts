import type { PluggedTap } from '../../next-steps.ts';
import type { HostSetup } from './host-setup.ts';
import { runIp, tryIp } from './ip.ts';

/**
 * A tap lives without a guest that holds it, and keeps its place in the bridge while guests come and go. A subport is a VLAN device on the tap of
 * its parent: frames with its tag go past the bridge of that one.
 */
export async function plugTaps(
  setup: HostSetup,
  bridge: string,
  mtu: number,
  taps: readonly PluggedTap[],
): Promise<void> {
  // Of a subport that has another tag now, or had a tap of its own.
  await tryIp(
    setup.namespace,
    taps.flatMap(({ name, exists, vlan }) => (vlan === undefined || exists ? [] : [`link delete dev ${name}`])),
  );
  await runIp(
    setup.namespace,
    taps.flatMap(({ name, exists, vlan }) => [
      ...(exists ? [] : [vlan === undefined ? newTap(setup, name) : newSubport(name, vlan)]),
      `link set dev ${name} mtu ${mtu} master ${bridge} up`,
    ]),
  );
}

const newTap = ({ guestUid }: HostSetup, name: string): string => `tuntap add dev ${name} mode tap user ${guestUid}`;

const newSubport = (name: string, { tap, id }: NonNullable<PluggedTap['vlan']>): string =>
  `link add link ${tap} name ${name} type vlan id ${id}`;

/** Also when a guest still holds them: it then talks to nobody. */
export async function unplugTaps(setup: HostSetup, taps: readonly string[]): Promise<void> {
  await tryIp(
    setup.namespace,
    taps.map((name) => `link delete dev ${name}`),
  );
}
