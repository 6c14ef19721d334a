import { randomUUID } from 'node:crypto';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { releaseAddresses } from '#platform/directory/stores/allocations.ts';
import { requireNoForwarding } from '#platform/directory/stores/forwardings-on-port.ts';
import { lockNetworks, type NetworkRecord } from '#platform/directory/stores/networks.ts';
import { insertPorts, type PortRecord, randomMac, updatePort } from '#platform/directory/stores/ports.ts';
import {
  defaultSecurityGroup,
  keepSecurityGroups,
  requireOneKind,
} from '#platform/directory/stores/security-groups.ts';
import { subnetsOf } from '#platform/directory/stores/subnets.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { FixedIp } from '#platform/objects/network.ts';
import { canonicalIp } from '../canonical.ts';
import { readDnsName } from '../dns-names.ts';
import { requireLedAddresses } from '../floatingips/led-addresses.ts';
import { conflicting, invalidInput } from '../policy.ts';
import { usedAsSubport } from '../trunks/trunk-details.ts';
import { readPairs, requireSecurityForPairs } from './address-pairs.ts';
import { changedOptions } from './dhcp-options.ts';
import { isOfNetwork, isPlugged, isSubport } from './is-plugged.ts';
import type { NewPort, PortUpdate, RequestedFixedIp } from './schema.ts';
import { takeAddresses } from './take-addresses.ts';

/** Multicast addresses are nobody's; the rest of the form is checked here too. */
function readMac(given: string): string {
  const mac = given.toLowerCase();
  const first = Number.parseInt(mac.slice(0, 2), 16);
  if (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) && (first & 1) === 0) return mac;
  throw invalidInput(`Invalid input for mac_address. Reason: '${given}' is not a valid MAC address.`);
}

export async function createPort(
  tx: DirectoryTx,
  network: NetworkRecord,
  given: NewPort,
  projectId: string,
  now: string,
): Promise<PortRecord> {
  await lockNetworks(tx, [network.id]);
  const id = randomUUID();
  const secured = given.port_security_enabled ?? network.portSecurityEnabled;
  const fixedIps = await allocate(tx, network.id, id, given.fixed_ips);
  const asked = given.mac_address;
  const mac = asked === undefined ? randomMac() : readMac(asked);
  const addressPairs = readPairs(given.allowed_address_pairs ?? [], mac);
  requireSecurityForPairs(addressPairs, secured);
  const [port] = await insertPorts(
    tx,
    [
      {
        id,
        networkId: network.id,
        projectId,
        name: given.name ?? '',
        description: given.description ?? '',
        mac,
        adminStateUp: given.admin_state_up !== false,
        deviceId: given.device_id ?? '',
        deviceOwner: given.device_owner ?? '',
        status: 'DOWN',
        fixedIps,
        securityGroupIds: await groupsOf(tx, projectId, { ...given, port_security_enabled: secured }),
        dnsName: readDnsName(given.dns_name ?? ''),
        portSecurityEnabled: secured,
        madeForDevice: false,
        addressPairs,
        dhcpOptions: changedOptions([], given.extra_dhcp_opts ?? []),
        propagateUplinkStatus: given.propagate_uplink_status ?? true,
        qosPolicyId: given.qos_policy_id ?? null,
        tags: [...new Set(given.tags)],
        createdAt: now,
        updatedAt: now,
        revision: 1,
      },
    ],
    { macByUser: asked !== undefined },
  );
  if (port === undefined) throw new VolvoxError('internal', 'a port was not inserted');
  return port;
}

/**
 * Changes a port under its lock. What a server has plugged keeps its MAC and its server. @throws VolvoxError conflict, invalid, not-found in the
 * words of Neutron.
 */
export async function changePort(
  tx: DirectoryTx,
  row: PortRecord,
  given: PortUpdate['port'],
  now: string,
): Promise<void> {
  if (isPlugged(row.deviceOwner)) requireSameCard(row, given);
  if (isOfNetwork(row.deviceOwner)) requireNothingOfTheNetwork(row, given);
  if (isSubport(row.deviceOwner)) requireSameTrunk(row, given);
  const fixedIps = given.fixed_ips === undefined ? undefined : await reallocate(tx, row, given.fixed_ips);
  if (fixedIps !== undefined) await requireLedAddresses(tx, row.id, fixedIps);
  const secured = given.port_security_enabled ?? row.portSecurityEnabled;
  if (!secured && given.security_groups === undefined && row.securityGroupIds.length > 0) {
    throw conflicting(
      'Port has security group associated. Cannot disable port security or IP address until security group is removed.',
      'PortSecurityPortHasSecurityGroup',
    );
  }
  const groups =
    given.security_groups === undefined
      ? undefined
      : await groupsOf(tx, row.projectId, { ...given, port_security_enabled: secured });
  const mac = given.mac_address === undefined ? row.mac : readMac(given.mac_address);
  const addressPairs =
    given.allowed_address_pairs === undefined ? row.addressPairs : readPairs(given.allowed_address_pairs, mac);
  requireSecurityForPairs(addressPairs, secured);
  await updatePort(tx, row, {
    ...(given.name === undefined ? {} : { name: given.name }),
    ...(given.description === undefined ? {} : { description: given.description }),
    ...(given.admin_state_up === undefined ? {} : { adminStateUp: given.admin_state_up }),
    ...(given.device_id === undefined ? {} : { deviceId: given.device_id }),
    ...(given.device_owner === undefined ? {} : { deviceOwner: given.device_owner }),
    ...(given.dns_name === undefined ? {} : { dnsName: readDnsName(given.dns_name) }),
    ...(given.mac_address === undefined ? {} : { mac }),
    ...(given.port_security_enabled === undefined ? {} : { portSecurityEnabled: given.port_security_enabled }),
    ...(fixedIps === undefined ? {} : { fixedIps }),
    ...(groups === undefined ? {} : { securityGroupIds: groups }),
    ...(given.allowed_address_pairs === undefined ? {} : { addressPairs }),
    ...(given.extra_dhcp_opts === undefined
      ? {}
      : { dhcpOptions: changedOptions(row.dhcpOptions, given.extra_dhcp_opts) }),
    ...(given.propagate_uplink_status === undefined ? {} : { propagateUplinkStatus: given.propagate_uplink_status }),
    ...(given.qos_policy_id === undefined ? {} : { qosPolicyId: given.qos_policy_id }),
    updatedAt: now,
  });
}

/** What a router or the network itself has plugged is changed by the routes of these. */
function requireNothingOfTheNetwork(row: PortRecord, given: PortUpdate['port']): void {
  const frozen = ['fixed_ips', 'mac_address', 'device_id', 'device_owner', 'port_security_enabled', 'security_groups'];
  const key = [...frozen, 'allowed_address_pairs', 'extra_dhcp_opts', 'qos_policy_id'].find(
    (candidate) => candidate in given,
  );
  if (key === undefined) return;
  throw conflicting(
    `Unable to complete operation on port ${row.id} for network ${row.networkId}: '${key}' cannot be changed while ${row.deviceOwner} ${row.deviceId} uses it.`,
    'PortInUse',
  );
}

/** Which ports a trunk has is changed by the routes of trunks. */
function requireSameTrunk({ id, deviceId, deviceOwner }: PortRecord, given: PortUpdate['port']): void {
  const { device_id = deviceId, device_owner = deviceOwner } = given;
  if (device_id !== deviceId || device_owner !== deviceOwner) throw usedAsSubport(id, deviceId);
}

/** A guest has its card already. What a request repeats as it is changes nothing. */
function requireSameCard(row: PortRecord, given: PortUpdate['port']): void {
  const mac = given.mac_address === undefined ? row.mac : readMac(given.mac_address);
  if (mac !== row.mac) {
    throw conflicting(
      `Unable to complete operation on port ${row.id}, port is already bound, port type: bridge, old_mac ${row.mac}, new_mac ${mac}.`,
      'PortBound',
    );
  }
  const { device_id = row.deviceId, device_owner = row.deviceOwner } = given;
  if (device_id === row.deviceId && device_owner === row.deviceOwner) return;
  throw conflicting(
    `Unable to complete operation on port ${row.id} for network ${row.networkId}. Port already has an attached device ${row.deviceId}.`,
    'PortInUse',
  );
}

/**
 * The port keeps the addresses that the request names. Where the request names only a subnet, it keeps one that it has there. The rest is
 * given back, and what is missing is taken.
 */
async function reallocate(
  tx: DirectoryTx,
  row: PortRecord,
  requested: readonly RequestedFixedIp[],
): Promise<readonly FixedIp[]> {
  await lockNetworks(tx, [row.networkId]);
  const kept = keptAddresses(row.fixedIps, requested);
  const stay = new Set(kept.filter((one) => one !== null));
  const gone = row.fixedIps.filter((one) => !stay.has(one));
  await requireNoForwarding(
    tx,
    row.id,
    gone.map(({ address }) => address),
  );
  await releaseAddresses(tx, [row.id], gone);
  const missing = requested.filter((_, at) => kept[at] === null);
  const taken = missing.length === 0 ? [] : [...(await allocate(tx, row.networkId, row.id, missing))];
  return kept.flatMap((one) => one ?? taken.shift() ?? []);
}

/** For each that is requested, the address of the port that it means; null: none. */
function keptAddresses(
  before: readonly FixedIp[],
  requested: readonly RequestedFixedIp[],
): readonly (FixedIp | null)[] {
  const left = new Set(before);
  const take = (isMeant: (one: FixedIp) => boolean): FixedIp | null => {
    const found = [...left].find(isMeant) ?? null;
    if (found !== null) left.delete(found);
    return found;
  };
  const inSubnet = (subnetId: string | undefined) => (one: FixedIp) =>
    subnetId === undefined || one.subnetId === subnetId;
  const named = requested.map(({ ip_address: address, subnet_id: subnetId }) =>
    address === undefined ? null : take((one) => one.address === canonicalIp(address) && inSubnet(subnetId)(one)),
  );
  return requested.map(({ ip_address: address, subnet_id: subnetId }, at) =>
    address === undefined ? take(inSubnet(subnetId)) : (named[at] ?? null),
  );
}

async function allocate(
  tx: DirectoryTx,
  networkId: string,
  portId: string,
  requested: readonly RequestedFixedIp[] | undefined,
): Promise<readonly FixedIp[]> {
  const subnets = await subnetsOf(tx, [networkId]);
  return takeAddresses(tx, { portId, networkId, subnets, requested });
}

async function groupsOf(
  tx: DirectoryTx,
  projectId: string,
  given: Pick<NewPort, 'security_groups' | 'port_security_enabled'>,
): Promise<readonly string[]> {
  const asked = given.security_groups;
  if (asked === undefined) {
    return given.port_security_enabled === false ? [] : [(await defaultSecurityGroup(tx, projectId)).id];
  }
  if (given.port_security_enabled === false && asked.length > 0) {
    throw invalidInput(
      'Port security must be enabled and port must have an IP address in order to use security groups.',
      'PortSecurityAndIPRequiredForSecurityGroups',
    );
  }
  const known = new Map((await keepSecurityGroups(tx, projectId)).map((group) => [group.id, group]));
  const unknown = asked.find((id) => !known.has(id));
  if (unknown !== undefined) {
    throw new VolvoxError('not-found', `Security group ${unknown} does not exist`, {
      details: { type: 'SecurityGroupNotFound' },
    });
  }
  requireOneKind(asked.flatMap((id) => known.get(id) ?? []));
  return [...new Set(asked)];
}
