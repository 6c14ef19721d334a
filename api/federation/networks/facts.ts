import { addressesOf } from '#platform/directory/stores/address-groups.ts';
import { rulesOf } from '#platform/directory/stores/definitions/contents.ts';
import { routerDefinitions } from '#platform/directory/stores/definitions/contents-of-networks.ts';
import { EVERYTHING } from '#platform/directory/stores/listing.ts';
import { networkOnHosts } from '#platform/directory/stores/network-on-hosts.ts';
import { listNetworks } from '#platform/directory/stores/networks.ts';
import { getPort, type PortRecord } from '#platform/directory/stores/ports.ts';
import { portsAt } from '#platform/directory/stores/ports-at.ts';
import { routersIn } from '#platform/directory/stores/routers-around.ts';
import { listRules } from '#platform/directory/stores/security-group-rules.ts';
import { subnetsOf } from '#platform/directory/stores/subnets.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { canonicalIp, parseIp } from '#platform/objects/ip-address.ts';
import { ICMP, ICMPV6, protocolNumber } from '#platform/objects/ip-protocol.ts';
import type { ApiDeps } from '../../deps.ts';
import type { ApiRequest } from '../../http/route.ts';
import type { Packet } from './packet.ts';
import type { NewTrace } from './schema.ts';
import { findSeats } from './seats.ts';
import type { TraceFacts } from './trace.ts';
import type { TracedPort, TracedRule } from './traced-port.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells'>;
const EVERYBODY = { projectId: '', isAdmin: true };
const wrong = (field: string, message: string): VolvoxError =>
  new VolvoxError('invalid', `${field}: ${message}`, { details: { field } });

/**
 * Reads what the way of the packet depends on, as it is now.
 * @throws VolvoxError invalid, with `details.field`, for what is no port, no address or no protocol.
 */
export async function readFacts(
  deps: Deps,
  request: Pick<ApiRequest, 'requestId' | 'signal'>,
  asked: NewTrace,
): Promise<{ readonly facts: TraceFacts; readonly silentCells: readonly string[] }> {
  const { read } = deps.directory;
  const source = await portNamed(deps, 'from', asked.from);
  const packet = await packetOf(deps, asked, source);
  const routers = await routersAround(deps, source.networkId);
  const networkIds = [
    ...new Set([source.networkId, ...routers.flatMap(({ interfaces }) => interfaces.map((one) => one.networkId))]),
  ];
  const [networks, subnets] = await Promise.all([
    listNetworks(read, EVERYBODY, { ...EVERYTHING, filters: [{ member: 'id', anyOf: networkIds }] }),
    subnetsOf(read, networkIds),
  ]);
  const nextHops = routers.flatMap(({ routes }) => routes.map(({ nexthop }) => nexthop));
  const floating = routers.flatMap((router) => router.floating.filter(({ address }) => address === packet.to));
  const addresses = [packet.to, ...nextHops, ...floating.map(({ fixedAddress }) => fixedAddress)];
  const others = await portsAt(read, networkIds, addresses);
  const records = [...new Map([source, ...others].map((port) => [port.id, port])).values()];
  const { seats, silentCells } = await findSeats(deps, request, records);
  const rules = await rulesOfGroups(deps, [...new Set(records.flatMap(({ securityGroupIds }) => securityGroupIds))]);
  const traced = records.map((record) => tracedPort(record, rules, seats.get(record.id) ?? null));
  const [from] = traced;
  if (from === undefined) throw new VolvoxError('internal', 'the port that sends was lost');
  return {
    facts: {
      source: from,
      packet,
      portAt: (networkId, address) =>
        traced.find((port) => port.networkId === networkId && port.addresses.includes(address)) ?? null,
      networks: new Map(
        networks.map((network) => [
          network.id,
          { ...networkOnHosts(network, subnets), adminStateUp: network.adminStateUp },
        ]),
      ),
      routers,
      isMember: (groupId, address) =>
        records.some(
          ({ securityGroupIds, fixedIps }) =>
            securityGroupIds.includes(groupId) && fixedIps.some((one) => one.address === address),
        ),
    },
    silentCells,
  };
}

async function portNamed({ directory }: Deps, field: string, id: string): Promise<PortRecord> {
  try {
    return await getPort(directory.read, EVERYBODY, id);
  } catch (error) {
    if (!isVolvoxError(error, 'not-found')) throw error;
    throw wrong(field, `no port has the id ${id}`);
  }
}

async function packetOf(deps: Deps, asked: NewTrace, source: PortRecord): Promise<Packet> {
  const target = canonicalIp(asked.to) ?? (await portNamed(deps, 'to', asked.to));
  const targets = typeof target === 'string' ? [target] : target.fixedIps.map(({ address }) => address);
  const senders = asked.sender === undefined ? source.fixedIps.map(({ address }) => address) : [senderOf(asked.sender)];
  const pair = senders.flatMap((from) =>
    targets.filter((to) => parseIp(to)?.version === parseIp(from)?.version).map((to) => ({ from, to })),
  )[0];
  if (pair === undefined) throw wrong('to', `it has no address of the IP version of an address of port ${source.id}`);
  const version = parseIp(pair.from)?.version ?? 4;
  const ethertype = version === 4 ? 'IPv4' : 'IPv6';
  const protocol = protocolNumber(asked.protocol ?? 'tcp', ethertype);
  if (typeof protocol !== 'number')
    throw wrong('protocol', `${asked.protocol} is not a protocol; expected a name such as tcp, or a number`);
  const isIcmp = protocol === ICMP || protocol === ICMPV6;
  const port = asked.port === undefined ? null : isIcmp ? asked.port * 256 : asked.port;
  return { version, protocol, port, ...pair };
}

function senderOf(text: string): string {
  const address = canonicalIp(text);
  if (address === null) throw wrong('sender', `${text} is not an IP address`);
  return address;
}

/** The routers of the network, and those of the networks behind them. */
async function routersAround({ directory }: Deps, networkId: string): Promise<TraceFacts['routers']> {
  const { read } = directory;
  const near = await routerDefinitions(read, await routersIn(read, [networkId]));
  const behind = near.flatMap(({ interfaces }) => interfaces.map((one) => one.networkId));
  return routerDefinitions(read, await routersIn(read, [...new Set([networkId, ...behind])]));
}

async function rulesOfGroups({ directory }: Deps, groupIds: readonly string[]): Promise<readonly TracedRule[]> {
  const rules = await listRules(directory.read, groupIds);
  const named = rules.flatMap(({ remoteAddressGroupId }) => remoteAddressGroupId ?? []);
  const addresses = await addressesOf(directory.read, named);
  return rules.flatMap((rule) =>
    rulesOf(rule, addresses).map((one) => ({ ...one, id: rule.id, groupId: rule.groupId })),
  );
}

const tracedPort = (port: PortRecord, rules: readonly TracedRule[], seat: TracedPort['seat']): TracedPort => ({
  ...{ id: port.id, networkId: port.networkId, adminStateUp: port.adminStateUp, seat },
  portSecurity: port.portSecurityEnabled,
  addresses: port.fixedIps.map(({ address }) => address),
  rules: rules.filter(({ groupId }) => port.securityGroupIds.includes(groupId)),
});
