import type { Reader } from '../../database/database.ts';
import { isVolvoxError, VolvoxError } from '../../errors/volvox-error.ts';
import { contains, formatIp, hostRange, parseCidr, parseIp } from '../../objects/ip-address.ts';
import type { FixedIp, Network, Port } from '../../objects/network.ts';
import type { DirectoryTables } from '../tables.ts';
import { EVERYTHING } from './listing.ts';
import { networkOnHosts } from './network-on-hosts.ts';
import { listNetworks, type NetworkViewer, networksForServers } from './networks.ts';
import { getPort, listPorts, type PortRecord } from './ports.ts';
import { subnetsOf } from './subnets.ts';
import { subportsOfParents } from './subports-of-servers.ts';

type Read = Reader<DirectoryTables>;

/** One entry of a server's `networks`: a network (perhaps with an address), or a port. */
interface RequestedNetwork {
  readonly networkId: string | null;
  readonly portId: string | null;
  readonly fixedIp: string | null;
  readonly tag: string | null;
}

/** `default`: nothing was said (before 2.37); `auto`: from 2.37, a network must be found. */
export type RequestedNetworks = 'default' | 'auto' | 'none' | readonly RequestedNetwork[];

/** An entry that was looked up: the user's port, or a network to make a port on. */
export interface ResolvedEntry {
  readonly network: Network;
  readonly port: PortRecord | null;
  readonly fixedIp: FixedIp | null;
  readonly tag: string | null;
  /** Of the network: what a port that is made on it begins with. Without it, a port has no groups. */
  readonly portSecurity: boolean;
}

/** Who plugs a server in. */
export interface NetworkUser extends NetworkViewer {
  /** Whether to external networks that are not shared, too; whether it is an admin when absent. */
  readonly attachesExternal?: boolean;
}

/**
 * Looks up what a new server shall be plugged into. Nothing is taken yet; `createServerPorts` does that.
 * @throws VolvoxError with Nova's kind and words: invalid (unknown network or port, wrong address, somebody else's port), conflict (more than
 * one network to choose from, a port in use), forbidden (an external network that is not shared, an address of somebody else's network).
 */
export async function resolveNetworks(
  read: Read,
  viewer: NetworkUser,
  requested: RequestedNetworks,
): Promise<readonly ResolvedEntry[]> {
  if (requested === 'none') return [];
  if (requested === 'default' || requested === 'auto') return onlyNetwork(read, viewer, requested);
  const ports = await Promise.all(
    requested.map((entry) => (entry.portId === null ? null : userPort(read, viewer, entry.portId))),
  );
  const networkIds = requested.map((entry, index) => ports[index]?.networkId ?? entry.networkId ?? '');
  const [networks, subnets] = await Promise.all([
    listNetworks(read, viewer, { ...EVERYTHING, filters: [{ member: 'id', anyOf: networkIds }] }),
    subnetsOf(read, networkIds),
  ]);
  return requested.map((entry, index): ResolvedEntry => {
    const id = networkIds[index] ?? '';
    const found = networks.find((candidate) => candidate.id === id);
    if (found === undefined) throw invalid(`Network ${id} could not be found.`);
    if (found.external && !found.shared && !(viewer.attachesExternal ?? viewer.isAdmin)) {
      throw new VolvoxError('forbidden', `It is not allowed to create an interface on external network ${id}`);
    }
    const network = networkOnHosts(found, subnets);
    const port = ports[index] ?? null;
    if (port === null) requireSubnet(network);
    if (port === null && entry.fixedIp !== null && found.projectId !== viewer.projectId && !viewer.isAdmin) {
      throw new VolvoxError('forbidden', 'rule:create_port:fixed_ips is disallowed by policy');
    }
    const fixedIp = port === null ? fixedIpOf(network, entry.fixedIp) : null;
    return { network, port, fixedIp, tag: entry.tag, portSecurity: found.portSecurityEnabled };
  });
}

async function onlyNetwork(
  read: Read,
  viewer: NetworkViewer,
  how: 'default' | 'auto',
): Promise<readonly ResolvedEntry[]> {
  const [found, ...others] = await networksForServers(read, viewer.projectId);
  if (others.length > 0) {
    throw new VolvoxError('conflict', 'Multiple possible networks found, use a Network ID to be more specific.');
  }
  if (found === undefined) {
    if (how === 'default') return [];
    throw invalid(`Unable to automatically allocate a network for project ${viewer.projectId}`);
  }
  const network = networkOnHosts(found, await subnetsOf(read, [found.id]));
  requireSubnet(network);
  return [{ network, port: null, fixedIp: null, tag: null, portSecurity: found.portSecurityEnabled }];
}

/** The server's project owns the port, also when an admin or the network's owner sees others. */
async function userPort(read: Read, viewer: NetworkViewer, id: string): Promise<PortRecord> {
  const port = await getPort(read, viewer, id).catch((error) => {
    throw isVolvoxError(error, 'not-found') ? invalid(`Port id ${id} could not be found.`) : error;
  });
  if (port.projectId !== viewer.projectId)
    throw invalid(`Port ${id} not usable for instance. It is not a port of this project.`);
  if (port.deviceId !== '')
    throw new VolvoxError('conflict', `Port ${id} is still in use. Detach it from its server first.`);
  return port;
}

/** The ports of a server, whose tags are known to its cell only, and their networks. */
export interface PortsOfServer {
  readonly ports: readonly Port[];
  readonly networks: readonly Network[];
}

/** What the directory gives a server at this moment: also a port that is being attached, or detached. */
export async function portsOfServer(read: Read, uuid: string): Promise<PortsOfServer> {
  const viewer = { projectId: '', isAdmin: true };
  const records = await listPorts(read, viewer, { ...EVERYTHING, filters: [{ member: 'deviceId', anyOf: [uuid] }] });
  const ids = [...new Set(records.map(({ networkId }) => networkId))];
  if (ids.length === 0) return { ports: [], networks: [] };
  const [networks, subnets] = await Promise.all([
    listNetworks(read, viewer, { ...EVERYTHING, filters: [{ member: 'id', anyOf: ids }] }),
    subnetsOf(read, ids),
  ]);
  const subports = await subportsOfParents(
    read,
    records.map(({ id }) => id),
  );
  const ports = records.map(({ id, networkId, mac, fixedIps, madeForDevice, securityGroupIds }) => ({
    ...{ id, networkId, mac, fixedIps: [...fixedIps], tag: null },
    ...{ preserveOnDelete: !madeForDevice, securityGroupIds: [...securityGroupIds] },
    ...(subports.has(id) ? { subports: [...(subports.get(id) ?? [])] } : {}),
  }));
  return { ports, networks: networks.map((network) => networkOnHosts(network, subnets)) };
}

function requireSubnet(network: Network): void {
  if (network.subnets.length > 0) return;
  throw invalid(`Network ${network.id} requires a subnet in order to boot instances on.`);
}

/** An address that a guest may have: not the network's own, nor the broadcast, gateway or service address of its subnet. */
function fixedIpOf(network: Network, address: string | null): FixedIp | null {
  if (address === null) return null;
  const ip = parseIp(address);
  const wrong = () => invalid(`Fixed IP ${address} is not a valid ip address for network ${network.id}.`);
  if (ip === null) throw wrong();
  const subnet = network.subnets.find((candidate) => {
    const cidr = parseCidr(candidate.cidr);
    return cidr?.version === ip.version && contains(hostRange(cidr), ip.value);
  });
  const isOf = (own: string | null): boolean => own !== null && parseIp(own)?.value === ip.value;
  if (subnet === undefined || isOf(subnet.gatewayIp) || isOf(subnet.serviceIp)) throw wrong();
  return { subnetId: subnet.id, address: formatIp(ip.version, ip.value) };
}

const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);
