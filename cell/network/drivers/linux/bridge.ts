import type { NetworkFound } from '../../host-found.ts';
import type { NetworkWanted } from '../../host-wanted.ts';
import { type Family, ipInNamespace, tryIpInNamespace } from './ip.ts';
import { type Place, TABLE_BASE, UPLINK } from './place.ts';
import { plugSegment } from './segment.ts';
import { hostAddress } from './uplink.ts';

/**
 * A network on this host: a bridge with the gateway's address, and a routing table of its own. Its subnets are in that table and not
 * in the main one, so networks with the same addresses live side by side.
 */
export async function makeNetwork(place: Place, wanted: NetworkWanted, found: NetworkFound | null): Promise<void> {
  const { bridge } = wanted;
  const known = found?.addresses ?? [];
  await ipInNamespace(place, [
    ...(found === null ? [`link add name ${bridge} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`] : []),
    `link set dev ${bridge} address ${wanted.mac} mtu ${wanted.mtu} up`,
    ...known.filter((one) => !wanted.addresses.includes(one)).map((one) => `address delete ${one} dev ${bridge}`),
    ...wanted.addresses.filter((one) => !known.includes(one)).map((one) => addAddress(one, bridge)),
  ]);
  for (const family of FAMILIES) await makeTable(place, wanted, found, family);
  if (wanted.segment !== null && found?.segmentDevice !== wanted.segment.device) {
    await plugSegment(place, wanted, wanted.segment);
  }
}

export async function removeNetwork(place: Place, bridge: string, slot: number | null): Promise<void> {
  await tryIpInNamespace(place, [`link delete dev seg${bridge.slice(3)}`, `link delete dev ${bridge}`]);
  if (slot === null) return;
  for (const family of FAMILIES) await tryIpInNamespace(place, rules('delete', { bridge, slot }), family);
}

const FAMILIES = ['-4', '-6'] as const;
const familyOf = (address: string): Family => (address.includes(':') ? '-6' : '-4');

async function makeTable(place: Place, wanted: NetworkWanted, found: NetworkFound | null, family: Family) {
  const { bridge, slot } = wanted;
  const table = TABLE_BASE + slot;
  const slotChanged = found?.slot !== slot;
  const extra = slotChanged ? [] : found.destinations.filter((one) => !wanted.destinations.includes(one));
  if (slotChanged) {
    const old = found?.slot ?? null;
    await tryIpInNamespace(
      place,
      [
        ...rules('delete', wanted),
        ...(old === null ? [] : [...rules('delete', { bridge, slot: old }), `route flush table ${TABLE_BASE + old}`]),
      ],
      family,
    );
  }
  const here = (one: string) => familyOf(one) === family;
  await ipInNamespace(
    place,
    [
      ...(slotChanged ? rules('add', wanted) : []),
      ...extra.filter(here).map((one) => `route delete ${one} table ${table}`),
      ...wanted.destinations.filter(here).map((one) => `route replace ${target(place, one, bridge)} table ${table}`),
    ],
    family,
  );
}

/** What came in by the bridge (and its replies) carries the mark; what a server bound to the bridge sends leaves by it. */
const rules = (verb: 'add' | 'delete', { bridge, slot }: Pick<NetworkWanted, 'bridge' | 'slot'>): string[] => [
  `rule ${verb} priority 1000 fwmark ${slot} lookup ${TABLE_BASE + slot}`,
  `rule ${verb} priority 1001 oif ${bridge} lookup ${TABLE_BASE + slot}`,
];

const addAddress = (address: string, bridge: string): string =>
  `address add ${address} dev ${bridge} noprefixroute${address.includes(':') ? ' nodad' : ''}`;

function target(place: Place, wanted: string, bridge: string): string {
  if (wanted !== 'default') return `${wanted} dev ${bridge}`;
  if (place.uplink === null) throw new Error('a way outside is wanted and there is no uplink');
  return `default via ${hostAddress(place.uplink)} dev ${UPLINK}`;
}
