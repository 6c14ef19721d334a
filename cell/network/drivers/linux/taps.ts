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
  await tryIp(
    setup.namespace,
    taps.flatMap(({ name, replaces }) => (replaces === undefined ? [] : [`link delete dev ${name}`])),
  );
  const commandsOf = ({ name, exists, vlan }: PluggedTap): readonly string[] => [
    ...(exists ? [] : [vlan === undefined ? newTap(setup, name) : newSubport(name, vlan)]),
    `link set dev ${name} mtu ${mtu} master ${bridge} up`,
  ];
  await runIp(setup.namespace, taps.filter(({ vlan }) => vlan === undefined).flatMap(commandsOf));
  // One by one: what the parent of one subport cannot carry, such as a larger MTU, is no reason to leave others out.
  const failures: unknown[] = [];
  for (const subport of taps.filter(({ vlan }) => vlan !== undefined))
    await runIp(setup.namespace, commandsOf(subport)).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
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
