import type { RouterDefinition } from '#platform/objects/definitions.ts';
import type { Network, Subnet } from '#platform/objects/network.ts';
import { isIn, type Packet } from './packet.ts';
import { type At, groupsHop, type Hop, portHop, senderHop, type Verdict, whereIs } from './port-hops.ts';
import type { TracedPort } from './traced-port.ts';

/** All that the way of a packet may depend on. */
export interface TraceFacts {
  readonly source: TracedPort;
  readonly packet: Packet;
  /** The port at which an address of a network is; null: none is known. */
  readonly portAt: (networkId: string, address: string) => TracedPort | null;
  readonly networks: ReadonlyMap<string, Network & { readonly adminStateUp: boolean }>;
  /** In the order of their ids. */
  readonly routers: readonly RouterDefinition[];
  readonly isMember: (groupId: string, address: string) => boolean;
}

/** The hops up to the one that drops the packet, or to its end. Pure. */
export function tracePacket(facts: TraceFacts): readonly Hop[] {
  const hops: Hop[] = [];
  for (const hop of way(facts)) {
    hops.push(hop);
    if (hop.verdict === 'drops') break;
  }
  return hops;
}

/** `drops` when a hop does; else `unknown` when one is; else `passes`. */
export function verdictOf(hops: readonly Hop[]): Verdict {
  const verdicts = hops.map(({ verdict }) => verdict);
  if (verdicts.includes('drops')) return 'drops';
  return verdicts.includes('unknown') ? 'unknown' : 'passes';
}

function* way(facts: TraceFacts): Generator<Hop> {
  const { source, packet } = facts;
  const at = whereIs(source.seat);
  yield portHop(source);
  yield senderHop(source, packet);
  yield groupsHop(source, 'egress', packet, facts.isMember);
  const network = facts.networks.get(source.networkId);
  if (network === undefined) return;
  yield networkStateHop(network, at);
  const subnet = subnetAt(network, packet.to);
  yield* subnet === undefined ? routed(facts, network, at) : arriving(facts, network, at, packet);
}

const subnetAt = ({ subnets }: Network, address: string): Subnet | undefined =>
  subnets.find(({ cidr }) => isIn(address, cidr));

const networkStateHop = (network: Network & { readonly adminStateUp: boolean }, at: At): Hop => ({
  ...{ at: 'network', subject: network.id, ...at },
  ...(network.adminStateUp
    ? { verdict: 'passes', reason: `${network.name || network.id} (${network.segmentType})` }
    : { verdict: 'drops', reason: 'admin_state_up of the network is false' }),
});

/** From the network's bridge on a host to the port that has the address. */
function* arriving(facts: TraceFacts, network: Network, from: At, packet: Packet): Generator<Hop> {
  const target = facts.portAt(network.id, packet.to);
  const hop = { at: 'network', subject: network.id, ...from };
  if (target === null) {
    const isOwn = network.subnets.some(({ gatewayIp, serviceIp }) => [gatewayIp, serviceIp].includes(packet.to));
    if (isOwn) yield { ...hop, verdict: 'passes', reason: `${packet.to} is the network's own address on every host` };
    else yield { ...hop, verdict: 'drops', reason: `no port of the network has ${packet.to}` };
    return;
  }
  yield segmentHop(network, from, target);
  yield portHop(target);
  yield groupsHop(target, 'ingress', packet, facts.isMember);
}

/** Between two hosts. */
function segmentHop({ id, segmentType, segmentId }: Network, from: At, target: TracedPort): Hop {
  const to = whereIs(target.seat);
  const hop = { at: 'segment', subject: id, ...from };
  if (from.host === null || to.host === null)
    return { ...hop, verdict: 'unknown', reason: 'one of the two hosts is not known' };
  if (from.cell === to.cell && from.host === to.host)
    return { ...hop, verdict: 'passes', reason: 'both ports are on this host' };
  if (segmentType === 'flat')
    return { ...hop, verdict: 'drops', reason: `a flat network does not reach from ${from.host} to ${to.host}` };
  return { ...hop, verdict: 'passes', reason: `${segmentType} ${segmentId} to ${to.host}` };
}

/** What leaves its network: by a router, or by the uplink of an external network. */
function* routed(facts: TraceFacts, network: Network, at: At): Generator<Hop> {
  const { packet, routers } = facts;
  const own = routers.filter(({ interfaces }) => interfaces.some(({ networkId }) => networkId === network.id));
  const router =
    own.find((one) => leadsTo(facts, one, packet.to)) ?? own.find((one) => isDefault(one, network, packet));
  if (router !== undefined) return yield* throughRouter(facts, router, at);
  if (network.external) yield outsideHop(packet.to, at, "the host's uplink, translated to the host's address");
  else yield { ...hopOf(network.id, at), verdict: 'drops', reason: `no router of the network leads to ${packet.to}` };
}

const hopOf = (networkId: string, at: At) => ({ at: 'network', subject: networkId, ...at });

/** The network behind a router in which the address is. */
function networkBehind(facts: TraceFacts, router: RouterDefinition, address: string): Network | undefined {
  const { networks } = facts;
  const behind = router.interfaces.find(({ networkId, addresses }) =>
    networks
      .get(networkId)
      ?.subnets.some(({ id, cidr }) => addresses.some(({ subnetId }) => subnetId === id) && isIn(address, cidr)),
  );
  return behind === undefined ? undefined : networks.get(behind.networkId);
}

const extraRoute = ({ routes }: RouterDefinition, address: string) =>
  routes.find(({ destination }) => isIn(address, destination));

const leadsTo = (facts: TraceFacts, router: RouterDefinition, address: string): boolean =>
  networkBehind(facts, router, address) !== undefined || extraRoute(router, address) !== undefined;

/** It has a gateway, and the gateway address of the sender's subnet. */
function isDefault({ gateway, interfaces }: RouterDefinition, network: Network, packet: Packet): boolean {
  const gatewayIp = subnetAt(network, packet.from)?.gatewayIp ?? null;
  return gateway !== null && interfaces.some(({ addresses }) => addresses.some(({ address }) => address === gatewayIp));
}

function* throughRouter(facts: TraceFacts, router: RouterDefinition, at: At): Generator<Hop> {
  const { packet } = facts;
  const hop = { at: 'router', subject: router.id, ...at };
  if (!router.enabled) return yield { ...hop, verdict: 'drops', reason: 'admin_state_up of the router is false' };
  const next = networkBehind(facts, router, packet.to);
  if (next !== undefined) {
    yield { ...hop, verdict: 'passes', reason: `routes to network ${next.id} on the sender's host` };
    return yield* arriving(facts, next, at, packet);
  }
  const route = extraRoute(router, packet.to);
  if (route !== undefined) {
    yield { ...hop, verdict: 'passes', reason: `route ${route.destination} by ${route.nexthop}` };
    const last = networkBehind(facts, router, route.nexthop);
    if (last !== undefined) yield* arriving(facts, last, at, { ...packet, to: route.nexthop });
    return;
  }
  yield* outward(facts, router, at);
}

/** By the gateway of a router: to the outside, or to a floating address. IPv6 leaves as it is. */
function* outward(facts: TraceFacts, router: RouterDefinition, at: At): Generator<Hop> {
  const { packet, source } = facts;
  if (packet.from.includes(':')) {
    const network = facts.networks.get(source.networkId);
    const subnet = network === undefined ? undefined : subnetAt(network, packet.from);
    const isValid = subnet !== undefined && router.outsideSubnets?.includes(subnet.id) === true;
    const hop = { at: 'router', subject: router.id, ...at };
    if (isValid) yield { ...hop, verdict: 'passes', reason: 'its gateway leads outside; the sender stays as it is' };
    else
      yield {
        ...{ ...hop, verdict: 'drops' },
        reason: `${packet.from} is of no subnet with the address scope of the external network's IPv6 subnet`,
      };
    return yield outsideHop(packet.to, at, 'leaves by the uplink of the host; what is behind it is not known here');
  }
  const floating = router.floating.find(
    ({ portId, fixedAddress }) => portId === source.id && fixedAddress === packet.from,
  );
  const sender = floating?.address ?? (router.gateway?.snat === true ? "the host's address" : packet.from);
  yield {
    ...{ at: 'router', subject: router.id, ...at, verdict: 'passes' },
    reason: `its gateway leads outside; the sender becomes ${sender}`,
  };
  yield* fromOutside(facts, { ...packet, from: floating?.address ?? packet.from }, at);
}

/** An address outside, which may be a floating one. */
function* fromOutside(facts: TraceFacts, packet: Packet, at: At): Generator<Hop> {
  for (const router of facts.routers) {
    const floating = router.floating.find(({ address }) => address === packet.to);
    if (floating === undefined) continue;
    const behind = networkBehind(facts, router, floating.fixedAddress);
    const target = behind === undefined ? null : facts.portAt(behind.id, floating.fixedAddress);
    yield {
      ...{ at: 'floating address', subject: floating.id, ...whereIs(target?.seat ?? null), verdict: 'passes' },
      reason: `${floating.address} is translated to ${floating.fixedAddress} on the host of its server`,
    };
    if (behind === undefined || target === null) return;
    yield portHop(target);
    yield groupsHop(target, 'ingress', { ...packet, to: floating.fixedAddress }, facts.isMember);
    return;
  }
  yield outsideHop(packet.to, at, 'leaves by the uplink of the host; what is behind it is not known here');
}

const outsideHop = (to: string, at: At, reason: string): Hop => ({
  ...{ at: 'outside', subject: to, ...at },
  ...{ verdict: 'passes', reason },
});
