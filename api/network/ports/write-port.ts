import { randomUUID } from 'node:crypto';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { lockNetworks, type NetworkRecord } from '#platform/directory/stores/networks.ts';
import {
  insertAllocations,
  insertPorts,
  type PortRecord,
  randomMac,
  releaseAddresses,
  updatePort,
} from '#platform/directory/stores/ports.ts';
import { defaultSecurityGroup, keepSecurityGroups } from '#platform/directory/stores/security-groups.ts';
import { subnetsOf } from '#platform/directory/stores/subnets.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { FixedIp } from '#platform/objects/network.ts';
import { conflicting, invalidInput } from '../policy.ts';
import { isOfNetwork, isPlugged } from './is-plugged.ts';
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
  const [port] = await insertPorts(
    tx,
    [
      {
        id,
        networkId: network.id,
        projectId,
        name: given.name ?? '',
        description: given.description ?? '',
        mac: asked === undefined ? randomMac() : readMac(asked),
        adminStateUp: given.admin_state_up !== false,
        deviceId: given.device_id ?? '',
        deviceOwner: given.device_owner ?? '',
        status: 'DOWN',
        fixedIps,
        securityGroupIds: await groupsOf(tx, projectId, { ...given, port_security_enabled: secured }),
        dnsName: given.dns_name ?? '',
        portSecurityEnabled: secured,
        madeForDevice: false,
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

/** What a server has plugged stays as it is: its cell would not hear of it. */
export async function changePort(
  tx: DirectoryTx,
  row: PortRecord,
  given: PortUpdate['port'],
  now: string,
): Promise<void> {
  const plugged = isPlugged(row.deviceOwner) || isOfNetwork(row.deviceOwner);
  const frozen = ['fixed_ips', 'mac_address', 'device_id', 'device_owner', 'port_security_enabled', 'security_groups'];
  const key = frozen.find((candidate) => candidate in given);
  if (plugged && key !== undefined) {
    throw conflicting(
      `Unable to complete operation on port ${row.id} for network ${row.networkId}: '${key}' cannot be changed while ${userOf(row)} uses it.`,
      'PortInUse',
    );
  }
  const fixedIps = given.fixed_ips === undefined ? undefined : await reallocate(tx, row, given.fixed_ips);
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
  await updatePort(tx, row, {
    ...(given.name === undefined ? {} : { name: given.name }),
    ...(given.description === undefined ? {} : { description: given.description }),
    ...(given.admin_state_up === undefined ? {} : { adminStateUp: given.admin_state_up }),
    ...(given.device_id === undefined ? {} : { deviceId: given.device_id }),
    ...(given.device_owner === undefined ? {} : { deviceOwner: given.device_owner }),
    ...(given.dns_name === undefined ? {} : { dnsName: given.dns_name }),
    ...(given.mac_address === undefined ? {} : { mac: readMac(given.mac_address) }),
    ...(given.port_security_enabled === undefined ? {} : { portSecurityEnabled: given.port_security_enabled }),
    ...(fixedIps === undefined ? {} : { fixedIps }),
    ...(groups === undefined ? {} : { securityGroupIds: groups }),
    updatedAt: now,
  });
}

const userOf = ({ deviceOwner, deviceId }: PortRecord): string =>
  `${isPlugged(deviceOwner) ? 'server' : deviceOwner} ${deviceId}`;

async function reallocate(
  tx: DirectoryTx,
  row: PortRecord,
  requested: readonly RequestedFixedIp[],
): Promise<readonly FixedIp[]> {
  await lockNetworks(tx, [row.networkId]);
  await releaseAddresses(tx, [row.id]);
  return allocate(tx, row.networkId, row.id, requested);
}

async function allocate(
  tx: DirectoryTx,
  networkId: string,
  portId: string,
  requested: readonly RequestedFixedIp[] | undefined,
): Promise<readonly FixedIp[]> {
  const subnets = await subnetsOf(tx, [networkId]);
  const fixedIps = await takeAddresses(tx, networkId, subnets, requested);
  const versions = new Map(subnets.map((subnet) => [subnet.id, subnet.ipVersion]));
  await insertAllocations(
    tx,
    fixedIps.map((fixedIp) => ({ portId, version: versions.get(fixedIp.subnetId) ?? 4, fixedIp })),
  );
  return fixedIps;
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
  const known = new Set((await keepSecurityGroups(tx, projectId)).map((group) => group.id));
  const unknown = asked.find((id) => !known.has(id));
  if (unknown !== undefined) {
    throw new VolvoxError('not-found', `Security group ${unknown} does not exist`, {
      details: { type: 'SecurityGroupNotFound' },
    });
  }
  return [...new Set(asked)];
}
