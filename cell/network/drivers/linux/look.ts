import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { tryCommand } from '../../../agent/run-command.ts';
import { isBridgeName, isTapName } from '../../names.ts';
import { NOTHING_OBSERVED, type ObservedHost, type ObservedNetwork } from '../../observed-host.ts';
import { findDhcp } from './dhcp.ts';
import { type HostSetup, TABLE_BASE, UPLINK } from './host-setup.ts';
import { inNamespace } from './ip.ts';
import { findMetadataServer } from './metadata-process.ts';
import { SETTINGS } from './namespace.ts';
import { MARK_CHAIN } from './port-filter.ts';
import { ownAddress } from './uplink.ts';

interface Link {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly master?: string;
  readonly address: string;
  readonly linkinfo?: { readonly info_kind?: string };
  readonly addr_info: readonly { family: string; local: string; prefixlen: number; scope: string }[];
}
interface Rule {
  readonly fwmark?: string;
  readonly oif?: string;
  readonly table: string;
}
interface Route {
  readonly dst: string;
  readonly table?: string;
}
type Chain = { readonly chain?: { readonly family: string; readonly table: string; readonly name: string } };

const QUESTIONS = [
  'ip -j -d address show',
  'ip -j -4 rule show',
  'ip -j -6 rule show',
  'ip -j -4 route show table all',
  'ip -j -6 route show table all',
  'nft -j list chains',
];
const SEPARATOR = '=====';
const SCRIPT = [
  ...QUESTIONS.map((question) => `${question} || exit 3; echo; echo ${SEPARATOR}`),
  ...Object.keys(SETTINGS).map((path) => `if [ -e /proc/sys/${path} ]; then cat /proc/sys/${path}; else echo none; fi`),
].join('\n');

/** Reads the host again: all of the namespace in one go, and the processes that serve it. */
export async function look(setup: HostSetup): Promise<ObservedHost> {
  const answer = await tryCommand('ip', inNamespace(setup, 'sh', '-c', SCRIPT), { deadlineMs: 10_000 });
  if (answer.status === 3) throw new VolvoxError('internal', `Cannot look into ${setup.namespace}: ${answer.stderr}`);
  if (answer.status !== 0) return NOTHING_OBSERVED;
  const parts = answer.stdout.split(`${SEPARATOR}\n`);
  const [links, rules4, rules6, routes4, routes6, nft] = parts.slice(0, QUESTIONS.length).map(parse) as [
    Link[],
    Rule[],
    Rule[],
    Route[],
    Route[],
    { nftables?: Chain[] },
  ];
  const settings = (parts[QUESTIONS.length] ?? '').trim().split('\n');
  const routing = { rules: [rules4, rules6], routes: [...routes4, ...routes6] };
  return {
    prepared: settingsMatch(settings) && uplinkMatches(setup, links),
    networks: links
      .filter(({ ifname, linkinfo }) => linkinfo?.info_kind === 'bridge' && isBridgeName(ifname))
      .map((link) => observedNetwork(link, links, routing)),
    taps: links
      .filter(({ ifname }) => isTapName(ifname))
      .map(({ ifname, master, flags, mtu }) => ({
        name: ifname,
        bridge: master ?? null,
        up: flags.includes('UP'),
        mtu,
      })),
    firewall: observedFirewall(nft.nftables ?? []),
    dhcp: await findDhcp(setup),
    metadata: await findMetadataServer(setup),
  };
}

const parse = (text: string): unknown => (text.trim() === '' ? [] : JSON.parse(text));

const settingsMatch = (observed: readonly string[]): boolean =>
  Object.values(SETTINGS).every((value, index) => observed[index] === value || observed[index] === 'none');

function uplinkMatches(setup: HostSetup, links: readonly Link[]): boolean {
  if (setup.uplink === null) return true;
  const link = links.find(({ ifname }) => ifname === UPLINK);
  return link?.flags.includes('UP') === true && addressesOf(link).includes(ownAddress(setup.uplink));
}

const addressesOf = (link: Link): string[] =>
  link.addr_info
    .filter(({ family, scope }) => !(family === 'inet6' && scope === 'link'))
    .map(({ local, prefixlen }) => `${local}/${prefixlen}`)
    .sort();

function observedNetwork(
  link: Link,
  links: readonly Link[],
  routing: { rules: readonly (readonly Rule[])[]; routes: readonly Route[] },
): ObservedNetwork {
  const bridge = link.ifname;
  const slot = observedSlot(bridge, routing.rules);
  const segment = links.find(({ ifname, master }) => master === bridge && ifname === `seg${bridge.slice(3)}`);
  return {
    bridge,
    mac: link.address,
    mtu: link.mtu,
    up: link.flags.includes('UP'),
    addresses: addressesOf(link),
    slot,
    destinations: routing.routes
      .filter(({ table }) => slot !== null && table === String(TABLE_BASE + slot))
      .map(({ dst }) => dst)
      .sort(),
    segmentDevice: segment?.ifname ?? null,
  };
}

/** The slot is there when both rules of it are, in both families. */
function observedSlot(bridge: string, families: readonly (readonly Rule[])[]): number | null {
  const table = families[0]?.find(({ oif }) => oif === bridge)?.table;
  if (table === undefined) return null;
  const slot = Number(table) - TABLE_BASE;
  const whole = families.every(
    (rules) =>
      rules.some((rule) => rule.oif === bridge && rule.table === table) &&
      rules.some((rule) => Number(rule.fwmark ?? 0) === slot && rule.table === table),
  );
  return whole ? slot : null;
}

/** Both tables must stand and be of the same making. */
function observedFirewall(chains: readonly Chain[]): string | null {
  const marks = (family: string) =>
    chains.find(
      ({ chain }) => chain?.family === family && chain.table === 'volvox' && chain.name.startsWith(MARK_CHAIN),
    )?.chain?.name;
  const mark = marks('bridge');
  return mark !== undefined && mark === marks('inet') ? mark.slice(MARK_CHAIN.length) : null;
}
