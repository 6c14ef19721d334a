import { runCommand, tryCommand } from '../../../agent/run-command.ts';
import type { DesiredRouter, RouterLeg } from '../../desired-routers.ts';
import { NETWORK_END, ROUTER_END } from '../../joined-routers.ts';
import { OUTSIDE_DEVICE, routerOutsideName, routerTransitName } from '../../names.ts';
import type { ObservedRouter } from '../../observed-host.ts';
import type { RouterOutside } from '../../router-outside.ts';
import { type HostSetup, networkNamespace, outsideNamespace, routerNamespace } from './host-setup.ts';
import { askIp, runIp, tryIp } from './ip.ts';
import { lookInside, lookInsideRouters } from './look-inside.ts';
import { namespaceIdentity } from './namespace-names.ts';
import { forgetRouter, noteRouter } from './router-files.ts';
import { routerRules } from './router-rules.ts';
import { setRules } from './rule-table.ts';
import { writeSettings } from './settings.ts';
import { linkLocalEnd, routerTransit } from './transits.ts';

/** It forwards. Rules, not routes, judge who may send: an answer to what another host has routed has no way back here. */
const SETTINGS: Readonly<Record<string, string>> = {
  'net/ipv4/ip_forward': '1',
  'net/ipv4/conf/all/rp_filter': '0',
  'net/ipv4/conf/default/rp_filter': '0',
  'net/ipv4/conf/all/accept_local': '1',
  'net/ipv4/conf/all/accept_redirects': '0',
  'net/ipv4/conf/default/accept_redirects': '0',
  'net/ipv4/conf/all/send_redirects': '0',
  'net/ipv4/conf/default/send_redirects': '0',
  'net/ipv6/conf/all/forwarding': '1',
  'net/ipv6/conf/default/accept_ra': '0',
  'net/ipv6/conf/default/accept_dad': '0',
  'net/ipv6/conf/default/accept_redirects': '0',
};
/** The number of routes from which errors are sent, and to which nothing is led (`proto` of ip-route(8)). */
const SENDER_OF_ERRORS = 87;
/** Whole packets pass; the devices of the networks say how long they may be. */
const TRANSIT_MTU = 65_535;

/**
 * A router on this host: a namespace with the addresses of its interfaces, connected to the namespace of each of its networks, which stand
 * already, and to the outside. What stands of it and is right stays as it is, so that a change of one thing ends nothing else.
 */
export async function makeRouter(
  setup: HostSetup,
  desired: DesiredRouter,
  observed: ObservedRouter | null,
): Promise<void> {
  const namespace = routerNamespace(setup, desired.part);
  await forgetRouter(setup, desired.part);
  if ((await tryCommand('ip', ['-n', namespace, 'link', 'set', 'dev', 'lo', 'up'])).status !== 0) {
    // A name that stands for no namespace any more is in the way.
    await tryCommand('ip', ['netns', 'delete', namespace]);
    await runCommand('ip', ['netns', 'add', namespace]);
    await runIp(namespace, ['link set dev lo up']);
  }
  // Also of one that was begun before.
  await writeSettings(namespace, SETTINGS);
  await setRules(namespace, routerRules(setup, desired));
  await connectOutside(setup, desired, observed);
  await connectNetworks(setup, desired);
  const [before = null] = await lookInsideRouters([namespace]);
  const addresses = before?.addresses ?? [];
  const routes = before?.routes ?? [];
  const gone = without(routes, desired.routes);
  await runIp(namespace, [
    ...without(desired.addresses, addresses).map(
      (one) => `address add ${lengthOf(one)} dev lo${one.includes(':') ? ' nodad' : ''}`,
    ),
    ...without(desired.routes, routes).map((one) => `route replace ${one}`),
  ]);
  await removeRoutes(namespace, gone);
  // The kernel removes the routes that have the address as their sender; those that stay have another by now.
  await runIp(
    namespace,
    without(addresses, desired.addresses).map((one) => `address delete ${lengthOf(one)} dev lo`),
  );
  await noteRouter(setup, desired);
}

export async function removeRouter(setup: HostSetup, router: string): Promise<void> {
  await forgetRouter(setup, router);
  if (setup.uplink !== null) await tryIp(outsideNamespace(setup), [`link delete dev ${routerOutsideName(router)}`]);
  const name = routerNamespace(setup, router);
  if ((await namespaceIdentity(name)) === null) return;
  // The devices of a namespace may outlive its name for a moment; its networks' ends must not.
  const links = await askIp<{ ifname: string }>(name, 'link', 'show').catch(() => []);
  await tryIp(
    name,
    links.filter(({ ifname }) => ifname.startsWith('net')).map(({ ifname }) => `link delete dev ${ifname}`),
  );
  await runCommand('ip', ['netns', 'delete', name]);
}

async function connectNetworks(setup: HostSetup, { part, legs }: DesiredRouter): Promise<void> {
  const namespace = routerNamespace(setup, part);
  const far = routerTransitName(part);
  const there = (await askIp<{ ifname: string }>(namespace, 'link', 'show')).map(({ ifname }) => ifname);
  const leaving = there.filter((name) => name.startsWith('net') && !legs.some(({ device }) => device === name));
  await tryIp(
    namespace,
    leaving.map((device) => `link delete dev ${device}`),
  );
  const insides = await lookInside(legs.map(({ bridge }) => networkNamespace(setup, bridge)));
  for (const [at, leg] of legs.entries()) {
    const network = networkNamespace(setup, leg.bridge);
    await connect(namespace, network, leg, { far, stands: there.includes(leg.device) });
    const routes = (insides[at]?.routes ?? []).filter((route) => route.includes(` dev ${far} `) || route.endsWith(far));
    await runIp(
      network,
      without(leg.routes, routes).map((one) => `route replace ${one}`),
    );
    await removeRoutes(network, without(routes, leg.routes));
  }
}

/** Also what was begun before and not completed. */
async function connect(
  namespace: string,
  network: string,
  { device }: RouterLeg,
  { far, stands }: { readonly far: string; readonly stands: boolean },
): Promise<void> {
  const add = `link add name ${device} mtu ${TRANSIT_MTU} type veth peer name ${far} mtu ${TRANSIT_MTU} netns ${network}`;
  await runIp(namespace, [...(stands ? [] : [add]), ...linkLocalEnd(ROUTER_END, device)]);
  await runIp(network, linkLocalEnd(NETWORK_END, far));
  await writeSettings(network, {
    [`net/ipv4/conf/${far}/rp_filter`]: '0',
    // Errors of the router come from the address that it shares with the gateway.
    [`net/ipv4/conf/${far}/accept_local`]: '1',
  });
}

/** Those that the kernel has removed meanwhile are no error. */
const removeRoutes = (namespace: string, routes: readonly string[]): Promise<void> =>
  tryIp(
    namespace,
    routes.map((one) => `route delete ${one}`),
  );

async function connectOutside(
  setup: HostSetup,
  { part, slot, outside }: DesiredRouter,
  observed: ObservedRouter | null,
): Promise<void> {
  if (setup.uplink === null) return;
  const device = routerOutsideName(part);
  const namespace = routerNamespace(setup, part);
  const { servingEnd, networkEnd } = routerTransit(slot);
  if (outside === null || observed?.outside !== true || observed.slot !== slot) {
    await tryIp(outsideNamespace(setup), [`link delete dev ${device}`]);
    if (outside === null) return;
    await runIp(outsideNamespace(setup), [
      `link add name ${device} type veth peer name ${OUTSIDE_DEVICE} netns ${namespace}`,
    ]);
  }
  await runIp(outsideNamespace(setup), [
    `address replace ${servingEnd}/31 dev ${device}`,
    ...linkLocalEnd(ROUTER_END, device),
  ]);
  await runIp(namespace, [
    `address replace ${networkEnd}/31 dev ${OUTSIDE_DEVICE}`,
    ...linkLocalEnd(NETWORK_END, OUTSIDE_DEVICE),
    `route replace default via ${servingEnd} dev ${OUTSIDE_DEVICE}`,
  ]);
  await leadErrors(setup, device, outside);
}

/** What the router and the gateways of its networks say of packets of IPv6 gets out, too. Nobody outside has a way to them. */
async function leadErrors(setup: HostSetup, device: string, { ipv6 }: RouterOutside): Promise<void> {
  const outside = outsideNamespace(setup);
  const senders = ipv6 === null ? [] : [ipv6.address, ...ipv6.inside];
  await runCommand('ip', ['-n', outside, '-6', 'route', 'flush', 'dev', device, 'proto', String(SENDER_OF_ERRORS)]);
  await runIp(
    outside,
    senders.map((one) => `route replace ${one} via ${NETWORK_END} dev ${device} proto ${SENDER_OF_ERRORS}`),
  );
}

const lengthOf = (address: string): string => `${address}/${address.includes(':') ? 128 : 32}`;

const without = (list: readonly string[], others: readonly string[]): readonly string[] =>
  list.filter((one) => !others.includes(one));
