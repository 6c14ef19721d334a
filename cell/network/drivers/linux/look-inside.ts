import type { ObservedNamespace } from '../../observed-host.ts';
import { GATEWAY_DEVICE } from './host-setup.ts';
import { addressesOf, type Link } from './links.ts';
import { listIn, readNamespaces } from './read-namespaces.ts';
import { type Chain, sumOf } from './rule-table.ts';

interface Route {
  readonly dst: string;
  readonly protocol?: string;
}

const COMMANDS = ['ip -j address show', 'ip -j -4 route show', 'ip -j -6 route show', 'nft -j list chains'];

/** What stands in these namespaces of networks, in their order; null: it is not there, or has no gateway device. */
export async function lookInside(namespaces: readonly string[]): Promise<(ObservedNamespace | null)[]> {
  const answers = await readNamespaces(namespaces.map((namespace) => ({ namespace, commands: COMMANDS })));
  return answers.map((answer) => (answer === null ? null : observed(answer)));
}

function observed([addresses, routes4, routes6, chains]: readonly string[]): ObservedNamespace | null {
  const links = listIn<Link>(addresses);
  const gateway = links.find(({ ifname }) => ifname === GATEWAY_DEVICE);
  if (gateway === undefined) return null;
  return {
    mac: gateway.address,
    mtu: gateway.mtu,
    up: links.every(({ flags }) => flags.includes('UP')),
    addresses: addressesOf(gateway),
    destinations: [...listIn<Route>(routes4), ...listIn<Route>(routes6)]
      .filter(({ protocol }) => protocol !== 'kernel')
      .map(({ dst }) => dst)
      .sort(),
    rules: sumOf(rulesIn(chains), 'inet'),
  };
}

export const rulesIn = (output: string | undefined): readonly Chain[] =>
  output === undefined || output.trim() === ''
    ? []
    : ((JSON.parse(output) as { nftables?: readonly Chain[] }).nftables ?? []);
