import type { DirectoryTx } from '#platform/directory/directory.ts';
import { takeLowest } from '#platform/directory/stores/addresses.ts';
import { allocateNamed, insertAllocations } from '#platform/directory/stores/allocations.ts';
import type { SubnetRecord } from '#platform/directory/stores/subnets.ts';
import { contains, formatIp, hostRange, parseCidr, parseIp } from '#platform/objects/ip-address.ts';
import type { FixedIp } from '#platform/objects/network.ts';
import { conflicting, invalidInput } from '../policy.ts';
import type { RequestedFixedIp } from './schema.ts';

interface AddressesOfPort {
  readonly portId: string;
  readonly networkId: string;
  readonly subnets: readonly SubnetRecord[];
  /** undefined: one address of each version that the subnets have. */
  readonly requested: readonly RequestedFixedIp[] | undefined;
}

/** One address to take: the named one, or any of the first subnet that has one free. */
interface Entry {
  readonly candidates: readonly SubnetRecord[];
  readonly named: FixedIp | null;
}

/**
 * Allocates the addresses of one port from its network's subnets. Those that the request names come first, so that none of them is taken for
 * an entry that names none. @returns them in the order of the request.
 * @throws VolvoxError invalid (no such subnet, not of the network), conflict (in use, or none left).
 */
export async function takeAddresses(
  tx: DirectoryTx,
  { portId, networkId, subnets, requested }: AddressesOfPort,
): Promise<readonly FixedIp[]> {
  const versions = new Map(subnets.map(({ id, ipVersion }) => [id, ipVersion]));
  const allocation = (fixedIp: FixedIp) => ({ portId, version: versions.get(fixedIp.subnetId) ?? 4, fixedIp });
  const entries = requested?.map((one) => entryOf(networkId, subnets, one)) ?? oneOfEachVersion(subnets);
  await allocateNamed(
    tx,
    entries.flatMap(({ named }) => (named === null ? [] : [allocation(named)])),
  );
  const fixedIps: FixedIp[] = [];
  for (const { named, candidates } of entries) fixedIps.push(named ?? (await takeFromAny(tx, networkId, candidates)));
  await insertAllocations(tx, fixedIps.filter((_, at) => entries[at]?.named === null).map(allocation));
  return fixedIps;
}

const oneOfEachVersion = (subnets: readonly SubnetRecord[]): readonly Entry[] =>
  ([4, 6] as const)
    .map((version) => subnets.filter(({ ipVersion }) => ipVersion === version))
    .filter((candidates) => candidates.length > 0)
    .map((candidates) => ({ candidates, named: null }));

function entryOf(networkId: string, subnets: readonly SubnetRecord[], requested: RequestedFixedIp): Entry {
  const candidates =
    requested.subnet_id === undefined ? subnets : subnets.filter((subnet) => subnet.id === requested.subnet_id);
  if (candidates.length === 0) {
    throw invalidInput(
      `Invalid input for operation: Failed to create port on network ${networkId}, because fixed_ips included invalid subnet ${requested.subnet_id}.`,
    );
  }
  const { ip_address: address } = requested;
  return { candidates, named: address === undefined ? null : namedAddress(candidates, address) };
}

function namedAddress(candidates: readonly SubnetRecord[], address: string): FixedIp {
  const ip = parseIp(address);
  if (ip === null) {
    throw invalidInput(`Invalid input for fixed_ips. Reason: '${address}' is not a valid IP address.`);
  }
  const subnet = candidates.find((candidate) => {
    const cidr = parseCidr(candidate.cidr);
    return cidr?.version === ip.version && contains(hostRange(cidr), ip.value);
  });
  if (subnet === undefined || formatIp(ip.version, ip.value) === subnet.gatewayIp) {
    throw invalidInput(`IP address ${address} is not a valid IP for the specified subnet.`, 'InvalidIpForSubnet');
  }
  return { subnetId: subnet.id, address: formatIp(ip.version, ip.value) };
}

async function takeFromAny(tx: DirectoryTx, networkId: string, subnets: readonly SubnetRecord[]): Promise<FixedIp> {
  for (const subnet of subnets) {
    const [address] = await takeLowest(tx, subnet.id, subnet.ipVersion, 1);
    if (address !== undefined) return { subnetId: subnet.id, address: formatIp(subnet.ipVersion, address) };
  }
  throw conflicting(`No more IP addresses available on network ${networkId}.`, 'IpAddressGenerationFailure');
}
