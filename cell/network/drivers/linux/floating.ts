import { runCommand, tryCommand } from '../../../agent/run-command.ts';
import type { Step } from '../../next-steps.ts';
import type { ObservedHost } from '../../observed-host.ts';
import { announce } from './announce.ts';
import { type HostSetup, outsideNamespace, uplinkHostEnd } from './host-setup.ts';
import { readNamespaces } from './read-namespaces.ts';
import type { KernelRoute } from './route-text.ts';
import { routerTransit, slotOfRouter } from './transits.ts';
import { uplinkAddress } from './uplink.ts';

/** What the agent has put among the host's own entries carries this number (`proto` of ip-route(8) and ip-neighbour(8)). */
const MADE_BY_AGENT = 86;

type SetFloating = Extract<Step, { kind: 'set-floating' }>;

interface Neighbour {
  readonly dst: string;
  readonly protocol?: string;
}

/** What leads to floating addresses: routes of the host by the uplink, routes by routers' transits behind it, answers to ARP. */
interface Ways {
  readonly ofHost: readonly string[];
  readonly behind: ReadonlyMap<string, number>;
  readonly answered: readonly string[];
}

/** Commands for the root namespace. */
export const hostQuestion = (setup: HostSetup): readonly string[] =>
  setup.uplink === null
    ? []
    : [
        `ip -j -4 route show proto ${MADE_BY_AGENT}`,
        setup.announceOn === '' ? 'true' : `ip -j -4 neighbour show proxy dev ${setup.announceOn} 2>/dev/null || true`,
      ];
/** For the outside namespace. */
export const BEHIND_QUESTION = `ip -j -4 route show proto ${MADE_BY_AGENT}`;

/** The ways in the answers to `hostQuestion` and `BEHIND_QUESTION`. Of two agents on one machine each knows its own by its uplink. */
export function waysIn(setup: HostSetup, [routes = '', neighbours = '']: readonly string[], behind = ''): Ways {
  const list = <T>(text: string): readonly T[] => (text.trim() === '' ? [] : (JSON.parse(text) as T[]));
  const made = list<KernelRoute>(routes);
  const ofHost = made.filter(({ dev }) => dev === uplinkHostEnd(setup)).map(({ dst }) => dst);
  const ofOthers = made.map(({ dst }) => dst).filter((dst) => !ofHost.includes(dst));
  return {
    ofHost,
    behind: new Map(list<KernelRoute>(behind).map(({ dst, gateway = '' }) => [dst, slotOfRouter(gateway) ?? 0])),
    answered: list<Neighbour>(neighbours)
      .filter(({ dst, protocol }) => protocol === String(MADE_BY_AGENT) && !ofOthers.includes(dst))
      .map(({ dst }) => dst),
  };
}

export function observedFloating(setup: HostSetup, { ofHost, behind, answered }: Ways): ObservedHost['floating'] {
  const addresses = [...new Set([...ofHost, ...behind.keys(), ...answered])].sort((a, b) => a.localeCompare(b));
  return addresses.map((address) => {
    const isWhole = ofHost.includes(address) && (setup.announceOn === '' || answered.includes(address));
    return { address, slot: isWhole ? (behind.get(address) ?? null) : null };
  });
}

/**
 * Leads these floating addresses to their routers, and no others. An address that comes is announced once its way stands; its answer to
 * ARP is the last part, so that after a crash before it the address is announced again. One that goes is answered for no longer at first.
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
  const slots = new Map(desired.map(({ address, slot }) => [address, slot]));
  const going = (list: Iterable<string>) => [...list].filter((address) => !slots.has(address));
  const coming = (list: readonly string[]) => [...slots.keys()].filter((address) => !list.includes(address));
  const device = uplinkHostEnd(setup);
  const entry = (address: string) => `proxy ${address} dev ${announceOn} protocol ${MADE_BY_AGENT}`;
  await inBatch(null, [
    ...going(answered).map((address) => `neighbour delete ${entry(address)}`),
    ...going(ofHost).map((address) => `route delete ${address} dev ${device} proto ${MADE_BY_AGENT}`),
  ]);
  await inBatch(outside, [
    ...going(behind.keys()).map((address) => `route delete ${address} proto ${MADE_BY_AGENT}`),
    ...desired
      .filter(({ address, slot }) => behind.get(address) !== slot)
      .map(
        ({ address, slot }) => `route replace ${address} via ${routerTransit(slot).networkEnd} proto ${MADE_BY_AGENT}`,
      ),
  ]);
  const via = `via ${uplinkAddress(uplink)} dev ${device} proto ${MADE_BY_AGENT}`;
  await inBatch(
    null,
    coming(ofHost).map((address) => `route replace ${address} ${via}`),
  );
  if (announceOn === '') return;
  const isNew = coming(answered);
  await announce(setup, isNew);
  await inBatch(
    null,
    isNew.map((address) => `neighbour replace ${entry(address)}`),
  );
}

/** Everything that leads to floating addresses of this host, when the host is torn down. Its routes go with the uplink. */
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
