import type { DesiredNetwork } from '../../desired-host.ts';
import type { ObservedNetwork } from '../../observed-host.ts';
import { type HostSetup, TABLE_BASE, UPLINK } from './host-setup.ts';
import { type Family, ipInNamespace, tryIpInNamespace } from './ip.ts';
import { plugSegment } from './segment.ts';
import { hostAddress } from './uplink.ts';

/**
 * A network on this host: a bridge with the gateway's address, and a routing table of its own. Its subnets are in that table and not
 * in the main one, so networks with the same addresses live side by side.
 */
export async function makeNetwork(
  setup: HostSetup,
  desired: DesiredNetwork,
  observed: ObservedNetwork | null,
): Promise<void> {
  const { bridge } = desired;
  const known = observed?.addresses ?? [];
  await ipInNamespace(setup, [
    ...(observed === null ? [`link add name ${bridge} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`] : []),
    `link set dev ${bridge} address ${desired.mac} mtu ${desired.mtu} up`,
    ...known.filter((one) => !desired.addresses.includes(one)).map((one) => `address delete ${one} dev ${bridge}`),
    ...desired.addresses.filter((one) => !known.includes(one)).map((one) => addAddress(one, bridge)),
  ]);
  for (const family of FAMILIES) await makeTable(setup, desired, observed, family);
  if (desired.segment !== null && observed?.segmentDevice !== desired.segment.device) {
    await plugSegment(setup, desired, desired.segment);
  }
}

export async function removeNetwork(setup: HostSetup, bridge: string, slot: number | null): Promise<void> {
  await tryIpInNamespace(setup, [`link delete dev seg${bridge.slice(3)}`, `link delete dev ${bridge}`]);
  if (slot === null) return;
  for (const family of FAMILIES) await tryIpInNamespace(setup, rules('delete', { bridge, slot }), family);
}

const FAMILIES = ['-4', '-6'] as const;
const familyOf = (address: string): Family => (address.includes(':') ? '-6' : '-4');

async function makeTable(setup: HostSetup, desired: DesiredNetwork, observed: ObservedNetwork | null, family: Family) {
  const { bridge, slot } = desired;
  const table = TABLE_BASE + slot;
  const slotChanged = observed?.slot !== slot;
  const extra = slotChanged ? [] : observed.destinations.filter((one) => !desired.destinations.includes(one));
  if (slotChanged) {
    const old = observed?.slot ?? null;
    await tryIpInNamespace(
      setup,
      [
        ...rules('delete', desired),
        ...(old === null ? [] : [...rules('delete', { bridge, slot: old }), `route flush table ${TABLE_BASE + old}`]),
      ],
      family,
    );
  }
  const here = (one: string) => familyOf(one) === family;
  await ipInNamespace(
    setup,
    [
      ...(slotChanged ? rules('add', desired) : []),
      ...extra.filter(here).map((one) => `route delete ${one} table ${table}`),
      ...desired.destinations.filter(here).map((one) => `route replace ${target(setup, one, bridge)} table ${table}`),
    ],
    family,
  );
}

/** What came in by the bridge (and its replies) carries the mark; what a server bound to the bridge sends leaves by it. */
const rules = (verb: 'add' | 'delete', { bridge, slot }: Pick<DesiredNetwork, 'bridge' | 'slot'>): string[] => [
  `rule ${verb} priority 1000 fwmark ${slot} lookup ${TABLE_BASE + slot}`,
  `rule ${verb} priority 1001 oif ${bridge} lookup ${TABLE_BASE + slot}`,
];

const addAddress = (address: string, bridge: string): string =>
  `address add ${address} dev ${bridge} noprefixroute${address.includes(':') ? ' nodad' : ''}`;

function target(setup: HostSetup, desired: string, bridge: string): string {
  if (desired !== 'default') return `${desired} dev ${bridge}`;
  if (setup.uplink === null) throw new Error('a network needs a way outside and the host has no uplink');
  return `default via ${hostAddress(setup.uplink)} dev ${UPLINK}`;
}
