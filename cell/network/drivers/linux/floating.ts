import { runCommand, tryCommand } from '../../../agent/run-command.ts';
import { versionOf } from '../../addresses.ts';
import { NETWORK_END, nextHop } from '../../joined-routers.ts';
import { routerOfOutsideName, routerOutsideName } from '../../names.ts';
import type { Step } from '../../next-steps.ts';
import type { ObservedHost } from '../../observed-host.ts';
import { announce } from './announce.ts';
import { FORWARDS_IPV6, forwardIpv6 } from './forward-ipv6.ts';
import { type HostSetup, outsideNamespace, uplinkHostEnd } from './host-setup.ts';
import type { Link } from './links.ts';
import { readNamespaces } from './read-namespaces.ts';
import type { KernelRoute } from './route-text.ts';
import { forwardsFor, uplinkAddress } from './uplink.ts';

/** What the agent has put among the host's own entries carries this number (`proto` of ip-route(8) and ip-neighbour(8)). */
const MADE_BY_AGENT = 86;

type SetFloating = Extract<Step, { kind: 'set-floating' }>;

interface Neighbour {
  readonly dst: string;
  readonly protocol?: string;
}

/**
 * What leads to addresses that the host answers for outside, floating ones and guests' own of IPv6: routes of the host by the uplink, routes by
 * routers' transits behind it, answers to ARP and ND.
 */
interface Ways {
  readonly ofHost: readonly string[];
  readonly behind: ReadonlyMap<string, string>;
  readonly answered: readonly string[];
  readonly forwardsIpv6: boolean;
  /** Of the device where others are announced. */
  readonly own: readonly string[];
}

/** Prints a list for each family. */
const bothFamilies = (command: string): string => `ip -j -4 ${command}; ip -j -6 ${command}`;

/** Commands for the root namespace. */
export const hostQuestion = (setup: HostSetup): readonly string[] =>
  setup.uplink === null
    ? []
    : [
        bothFamilies(`route show proto ${MADE_BY_AGENT}`),
        ...(setup.announceOn === ''
          ? ['true', 'true']
          : [
              `{ ${bothFamilies(`neighbour show proxy dev ${setup.announceOn}`)}; } 2>/dev/null || true`,
              `ip -j address show dev ${setup.announceOn} 2>/dev/null || true`,
            ]),
        FORWARDS_IPV6,
      ];
/** For the outside namespace. */
export const BEHIND_QUESTION = bothFamilies(`route show proto ${MADE_BY_AGENT}`);

/** The ways in the answers to `hostQuestion` and `BEHIND_QUESTION`. Of two agents on one machine each knows its own by its uplink. */
export function waysIn(
  setup: HostSetup,
  [routes = '', neighbours = '', links = '', forwards = '']: readonly string[],
  behind = '',
): Ways {
  const made = lists<KernelRoute>(routes);
  const ofHost = made.filter(({ dev }) => dev === uplinkHostEnd(setup)).map(({ dst }) => dst);
  const ofOthers = made.map(({ dst }) => dst).filter((dst) => !ofHost.includes(dst));
  return {
    ofHost,
    behind: new Map(lists<KernelRoute>(behind).map(({ dst, dev = '' }) => [dst, routerOfOutsideName(dev) ?? ''])),
    answered: lists<Neighbour>(neighbours)
      .filter(({ dst, protocol }) => protocol === String(MADE_BY_AGENT) && !ofOthers.includes(dst))
      .map(({ dst }) => dst),
    forwardsIpv6: forwards.trim() === '1' || !forwardsFor(setup),
    own: lists<Link>(links).flatMap(({ addr_info }) => addr_info.map(({ local }) => local)),
  };
}

/** One list a line. */
const lists = <T>(text: string): readonly T[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => JSON.parse(line) as T[]);

export function observedFloating(
  setup: HostSetup,
  { ofHost, behind, answered, forwardsIpv6, own }: Ways,
): Pick<ObservedHost, 'floating' | 'announcesFrom'> {
  const addresses = [...new Set([...ofHost, ...behind.keys(), ...answered])].sort((a, b) => a.localeCompare(b));
  const isWhole = (address: string): boolean =>
    ofHost.includes(address) &&
    (setup.announceOn === '' || answered.includes(address)) &&
    (versionOf(address) === 4 || forwardsIpv6);
  return {
    floating: addresses.map((address) => ({
      address,
      router: isWhole(address) ? (behind.get(address) ?? null) : null,
    })),
    announcesFrom: [...own].sort(),
  };
}

/**
 * Leads these addresses to their routers, and no others. An address that comes is announced once its way stands; its answer to ARP or ND is
 * the last part, so that after a crash before it the address is announced again. One that goes is answered for no longer at first.
 */
export async function setFloating(setup: HostSetup, desired: SetFloating['desired']): Promise<void> {
  const { uplink, announceOn } = setup;
  if (uplink === null) return;
  const outside = outsideNamespace(setup);
  const [root, inside] = await readNamespaces([
    { namespace: null, commands: hostQuestion(setup) },
    { namespace: outside, commands: [BEHIND_QUESTION] },
  ]);
  const { ofHost, behind, answered } = waysIn(setup, root ?? [], inside?.[0]);
  const routers = new Map(desired.map(({ address, router }) => [address, router]));
  const going = (list: Iterable<string>) => [...list].filter((address) => !routers.has(address));
  const coming = (list: readonly string[]) => [...routers.keys()].filter((address) => !list.includes(address));
  const device = uplinkHostEnd(setup);
  const entry = (address: string) => `proxy ${address} dev ${announceOn} protocol ${MADE_BY_AGENT}`;
  if (forwardsFor(setup) && desired.some(({ address }) => versionOf(address) === 6)) await forwardIpv6();
  await inBatch(null, [
    ...going(answered).map((address) => `neighbour delete ${entry(address)}`),
    ...going(ofHost).map((address) => `route delete ${address} dev ${device} proto ${MADE_BY_AGENT}`),
  ]);
  await inBatch(outside, [
    ...going(behind.keys()).map((address) => `route delete ${address} proto ${MADE_BY_AGENT}`),
    ...desired
      .filter(({ address, router }) => behind.get(address) !== router)
      .map(
        ({ address, router }) =>
          `route replace ${address} via ${nextHop(address, NETWORK_END)} dev ${routerOutsideName(router)} proto ${MADE_BY_AGENT}`,
      ),
  ]);
  const via = (address: string): string => (versionOf(address) === 4 ? uplinkAddress(uplink) : NETWORK_END);
  await inBatch(
    null,
    coming(ofHost).map(
      (address) => `route replace ${address} via ${via(address)} dev ${device} proto ${MADE_BY_AGENT}`,
    ),
  );
  if (announceOn === '') return;
  const isNew = coming(answered);
  await announce(setup, isNew);
  await inBatch(
    null,
    isNew.map((address) => `neighbour replace ${entry(address)}`),
  );
}

/** Everything that leads to guests of this host, when the host is torn down. Its routes go with the uplink. */
export async function removeAnswers(setup: HostSetup): Promise<void> {
  if (setup.announceOn === '') return;
  const [root] = await readNamespaces([{ namespace: null, commands: hostQuestion(setup) }]);
  for (const address of waysIn(setup, root ?? []).answered)
    await tryCommand('ip', ['neighbour', 'delete', 'proxy', address, 'dev', setup.announceOn]);
}

async function inBatch(namespace: string | null, commands: readonly string[]): Promise<void> {
  if (commands.length === 0) return;
  const where = namespace === null ? [] : ['-n', namespace];
  await runCommand('ip', [...where, '-batch', '-'], { input: `${commands.join('\n')}\n` });
}
