import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { isTapName } from '../../names.ts';
import type { ObservedHost } from '../../observed-host.ts';
import { findDhcp } from './dhcp.ts';
import { fixedNamespaces } from './fixed-namespaces.ts';
import { BEHIND_QUESTION, hostQuestion, observedFloating, waysIn } from './floating.ts';
import { observedGroups } from './group-table.ts';
import {
  bridgeOfNamespace,
  type HostSetup,
  metadataNamespace,
  networkNamespace,
  outsideNamespace,
  routerNamespace,
  UPLINK,
} from './host-setup.ts';
import { LIMIT_TABLE } from './limit-table.ts';
import { addressesOf, type Link } from './links.ts';
import { lookInside, lookInsideRouters, rulesIn } from './look-inside.ts';
import { findMetadataServer } from './metadata-process.ts';
import { namespaceNames } from './namespace-names.ts';
import { observedNetworks } from './observed-networks.ts';
import { observedRouters } from './observed-routers.ts';
import { listIn, readNamespaces } from './read-namespaces.ts';
import { sumOf } from './rule-table.ts';
import { printSettings, settingsMatch } from './settings.ts';
import { observedShapes, QUEUE_QUESTION, type Queue } from './shape.ts';
import { guardQuestion, guardStands, ownAddress } from './uplink.ts';

/** Which namespaces of networks or of routers to look into, of all that are there. */
type Choice = (names: readonly string[]) => readonly string[];
const ALL: Choice = (names) => names;

/** Rules of the layout of earlier releases, which had the gateways of all networks in one namespace. */
const EARLIER_RULES = `if ip -4 rule show | grep -q '^100[01]:'; then echo earlier; fi`;

/** Taps behind which bridges have learned a MAC, each once: the answer does not grow with what guests send. */
const SPEAKERS = `{ bridge fdb show dynamic || echo dev failed; } | grep -v ' stale$' | grep -oE 'dev (tap[^ ]*|failed$)' | sort -u`;

/**
 * Reads the host again, with two processes, and one for routers: the fixed namespaces first, then those of the chosen networks and routers. The processes that serve
 * the host are read from /proc.
 */
export async function look(setup: HostSetup, choose = ALL, chooseRouters = ALL): Promise<ObservedHost> {
  const fixed = fixedNamespaces(setup);
  const [root, ...answers] = await readNamespaces([
    { namespace: null, commands: [...guardQuestion(setup), ...hostQuestion(setup)] },
    ...fixed.map(({ name, settings }) => ({
      namespace: name,
      commands: [
        'ip -j -d address show',
        'nft -j list chains',
        printSettings(settings),
        EARLIER_RULES,
        BEHIND_QUESTION,
        SPEAKERS,
        ...(name === setup.namespace ? [QUEUE_QUESTION] : []),
      ],
    })),
  ]);
  const linksIn = (name: string) => listIn<Link>(answers[fixed.findIndex((one) => one.name === name)]?.[0]);
  const layer2 = linksIn(setup.namespace);
  const outside = linksIn(outsideNamespace(setup));
  const speakers = new Set((answers[0]?.[5] ?? '').split('\n').map((line) => line.slice('dev '.length)));
  if (speakers.has('failed')) throw new VolvoxError('internal', 'Cannot read what bridges have learned');
  const shapes = observedShapes(listIn<Queue>(answers[0]?.[6]));
  const behind = answers[fixed.findIndex(({ name }) => name === outsideNamespace(setup))]?.[4];
  const names = await namespaceNames();
  const networks = observedNetworks({
    ...{ layer2, outside },
    metadata: linksIn(metadataNamespace(setup)),
    namespaces: names.flatMap((name) => bridgeOfNamespace(setup, name) ?? []),
  });
  const chosen = choose(networks.filter(({ connected }) => connected).map(({ bridge }) => bridge));
  const insides = await lookInside(chosen.map((bridge) => networkNamespace(setup, bridge)));
  const routers = await observedRouters(setup, names, outside);
  const chosenRouters = chooseRouters(routers.filter(({ form }) => form !== null).map(({ router }) => router));
  const routersInside = await lookInsideRouters(chosenRouters.map((router) => routerNamespace(setup, router)));
  const isPrepared = fixed.every(({ settings, sum }, index) => {
    const [, rules, printed = '', earlier = ''] = answers[index] ?? [];
    return sumOf(rulesIn(rules), 'inet') === sum && settingsMatch(settings, printed) && earlier.trim() === '';
  });
  return {
    prepared:
      isPrepared &&
      uplinkMatches(setup, outside) &&
      guardStands(setup, root ?? []) &&
      (setup.uplink !== null || !names.includes(outsideNamespace(setup))),
    networks: networks.map((network) => ({ ...network, inside: insides[chosen.indexOf(network.bridge)] ?? null })),
    routers: routers.map((one) => ({ ...one, inside: routersInside[chosenRouters.indexOf(one.router)] ?? null })),
    ...observedFloating(setup, waysIn(setup, (root ?? []).slice(guardQuestion(setup).length), behind)),
    taps: layer2
      .filter(({ ifname }) => isTapName(ifname))
      .map((link) => ({
        name: link.ifname,
        bridge: link.master ?? null,
        up: link.flags.includes('UP'),
        mtu: link.mtu,
        speaks: speakers.has(link.ifname),
        shape: shapes.get(link.ifname) ?? null,
        ...vlanOf(link),
      })),
    firewall: sumOf(rulesIn(answers[0]?.[1]), 'bridge'),
    groups: observedGroups(rulesIn(answers[0]?.[1])),
    limits: sumOf(rulesIn(answers[0]?.[1]), 'bridge', LIMIT_TABLE),
    dhcp: await findDhcp(setup),
    metadata: await findMetadataServer(setup),
  };
}

const vlanOf = ({ link, linkinfo }: Link): Pick<ObservedHost['taps'][number], 'vlan'> =>
  linkinfo?.info_kind === 'vlan' ? { vlan: { tap: link ?? '', id: linkinfo.info_data?.id ?? 0 } } : {};

function uplinkMatches(setup: HostSetup, links: readonly Link[]): boolean {
  if (setup.uplink === null) return true;
  const link = links.find(({ ifname }) => ifname === UPLINK);
  return link?.flags.includes('UP') === true && addressesOf(link).includes(ownAddress(setup.uplink));
}
