import { isIP } from 'node:net';
import { OUTSIDE_DEVICE } from '../../names.ts';
import { REACH_DEVICE } from '../../network-routing.ts';
import type { ObservedNamespace, ObservedRouterNamespace } from '../../observed-host.ts';
import { GATEWAY_DEVICE } from './host-setup.ts';
import { addressesOf, type Link } from './links.ts';
import { hasRules, RULES_QUESTION } from './reach.ts';
import { listIn, readNamespaces } from './read-namespaces.ts';
import { type KernelRoute, routeText } from './route-text.ts';
import { type Chain, sumOf } from './rule-table.ts';

const COMMANDS = [
  ...['ip -j address show', 'ip -j -4 route show table all', 'ip -j -6 route show table all', 'nft -j list chains'],
  RULES_QUESTION,
];

/** What stands in these namespaces of networks, in their order; null: it is not there, or has no gateway device. */
export async function lookInside(namespaces: readonly string[]): Promise<(ObservedNamespace | null)[]> {
  return (await ask(namespaces)).map((answer) => (answer === null ? null : observed(answer)));
}

/** What stands in these namespaces of routers, in their order; null: it is not there. */
export async function lookInsideRouters(namespaces: readonly string[]): Promise<(ObservedRouterNamespace | null)[]> {
  return (await ask(namespaces)).map((answer) => (answer === null ? null : observedRouter(answer)));
}

const ask = (namespaces: readonly string[]) =>
  readNamespaces(namespaces.map((namespace) => ({ namespace, commands: COMMANDS })));

function observed([addresses, routes4, routes6, chains, rules = '']: readonly string[]): ObservedNamespace | null {
  const links = listIn<Link>(addresses);
  const gateway = links.find(({ ifname }) => ifname === GATEWAY_DEVICE);
  if (gateway === undefined) return null;
  const routes = [...madeIn(routes4, 4), ...madeIn(routes6, 6)];
  const byRouters = routes.filter(({ dev = '' }) => dev === REACH_DEVICE || dev.startsWith('via'));
  return {
    mac: gateway.address,
    mtu: gateway.mtu,
    up: areUp(links),
    addresses: addressesOf(gateway),
    destinations: routes
      .filter((route) => !byRouters.includes(route))
      .map(({ dst }) => dst)
      .sort(),
    routes: byRouters.map(({ text }) => text).sort(),
    sorted: hasRules(rules),
    rules: sumOf(rulesIn(chains), 'inet'),
  };
}

function observedRouter([addresses, routes4, routes6, chains]: readonly string[]): ObservedRouterNamespace {
  const links = listIn<Link>(addresses);
  const own = links.find(({ ifname }) => ifname === 'lo')?.addr_info.map(({ local }) => local) ?? [];
  return {
    up: areUp(links),
    addresses: own.filter((address) => isIP(address) !== 0 && address !== '127.0.0.1' && address !== '::1').sort(),
    routes: [...madeIn(routes4, 4), ...madeIn(routes6, 6)]
      // That of IPv4 comes with the transit.
      .filter(({ dev, text }) => dev !== OUTSIDE_DEVICE || text.startsWith('::/0'))
      .map(({ text }) => text)
      .sort(),
    rules: sumOf(rulesIn(chains), 'inet'),
  };
}

const areUp = (links: readonly Link[]): boolean => links.every(({ flags }) => flags.includes('UP'));

/** Those that the kernel did not make by itself. */
const madeIn = (output: string | undefined, family: 4 | 6) =>
  listIn<KernelRoute>(output)
    .filter(({ protocol }) => protocol !== 'kernel')
    .map((route) => ({ dst: route.dst, dev: route.dev, text: routeText(route, family) }));

export const rulesIn = (output: string | undefined): readonly Chain[] =>
  output === undefined || output.trim() === ''
    ? []
    : ((JSON.parse(output) as { nftables?: readonly Chain[] }).nftables ?? []);
