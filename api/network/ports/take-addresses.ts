import type { DirectoryTx } from '#platform/directory/directory.ts';
import { takeExact, takeLowest } from '#platform/directory/stores/addresses.ts';
import type { SubnetRecord } from '#platform/directory/stores/subnets.ts';
import { contains, formatIp, hostRange, parseCidr, parseIp } from '#platform/objects/ip-address.ts';
import type { FixedIp } from '#platform/objects/network.ts';
import { conflicting, invalidInput } from '../policy.ts';
import type { RequestedFixedIp } from './schema.ts';

/**
 * Takes the addresses of one port out of its network's subnets: those asked for, or one of each version. Whether an asked-for address
 * was free is told when its allocation is written. @throws VolvoxError invalid (no such subnet, not of the network), conflict (none left).
 */
export async function takeAddresses(
  tx: DirectoryTx,
  networkId: string,
  subnets: readonly SubnetRecord[],
  requested: readonly RequestedFixedIp[] | undefined,
): Promise<readonly FixedIp[]> {
  const taken: FixedIp[] = [];
  if (requested !== undefined) {
    for (const one of requested) taken.push(await takeRequested(tx, networkId, subnets, one));
    return taken;
  }
  for (const version of [4, 6] as const) {
    const candidates = subnets.filter((subnet) => subnet.ipVersion === version);
    if (candidates.length > 0) taken.push(await takeFromAny(tx, networkId, candidates));
  }
  return taken;
}

async function takeRequested(
  tx: DirectoryTx,
  networkId: string,
  subnets: readonly SubnetRecord[],
  requested: RequestedFixedIp,
): Promise<FixedIp> {
  const named =
    requested.subnet_id === undefined ? subnets : subnets.filter((subnet) => subnet.id === requested.subnet_id);
  if (named.length === 0) {
    throw invalidInput(
      `Invalid input for operation: Failed to create port on network ${networkId}, because fixed_ips included invalid subnet ${requested.subnet_id}.`,
    );
  }
  if (requested.ip_address === undefined) return takeFromAny(tx, networkId, named);
  const ip = parseIp(requested.ip_address);
  if (ip === null) {
    throw invalidInput(`Invalid input for fixed_ips. Reason: '${requested.ip_address}' is not a valid IP address.`);
  }
  const subnet = named.find((candidate) => {
    const cidr = parseCidr(candidate.cidr);
    return cidr?.version === ip.version && contains(hostRange(cidr), ip.value);
  });
  if (subnet === undefined || formatIp(ip.version, ip.value) === subnet.gatewayIp) {
    throw invalidInput(
      `IP address ${requested.ip_address} is not a valid IP for the specified subnet.`,
      'InvalidIpForSubnet',
    );
  }
  await takeExact(tx, subnet.id, ip.version, ip.value);
  return { subnetId: subnet.id, address: formatIp(ip.version, ip.value) };
}

async function takeFromAny(tx: DirectoryTx, networkId: string, subnets: readonly SubnetRecord[]): Promise<FixedIp> {
  for (const subnet of subnets) {
    const [address] = await takeLowest(tx, subnet.id, subnet.ipVersion, 1);
    if (address !== undefined) return { subnetId: subnet.id, address: formatIp(subnet.ipVersion, address) };
  }
  throw conflicting(`No more IP addresses available on network ${networkId}.`, 'IpAddressGenerationFailure');
}
