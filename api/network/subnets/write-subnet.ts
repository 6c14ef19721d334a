import { randomUUID } from 'node:crypto';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { addFreeRanges, removeFreeRanges } from '#platform/directory/stores/addresses.ts';
import { insertAllocations, lockAllocations } from '#platform/directory/stores/allocations.ts';
import { lockNetwork } from '#platform/directory/stores/networks.ts';
import {
  insertSubnet,
  poolRanges,
  type SubnetRecord,
  subnetsOf,
  updateSubnet,
} from '#platform/directory/stores/subnets.ts';
import { formatIp, overlaps, parseCidr, parseIp } from '#platform/objects/ip-address.ts';
import { type Authorizing, authorize } from '../../http/policy.ts';
import { conflicting, invalidInput } from '../policy.ts';
import { rangeOfSubnet } from '../subnetpools/pool-of-subnet.ts';
import { planSubnet, type SubnetPlan, withoutAddresses } from './plan-subnet.ts';
import { CREATE_OUTSIDE } from './policy.ts';
import { reservedBecause } from './reserved-ranges.ts';
import type { NewSubnet, SubnetUpdate } from './schema.ts';

/** The highest address of the pools, reserved for services of the hosts; none if the subnet is too small to spare one. */
function serviceIpOf(plan: SubnetPlan, version: 4 | 6): string | null {
  const ranges = poolRanges(plan.pools);
  const size = ranges.reduce((sum, range) => sum + range.last - range.first + 1n, 0n);
  const last = ranges.at(-1)?.last;
  return last === undefined || size < 2n ? null : formatIp(version, last);
}

/**
 * `reserved`: ranges of the hosts. @throws VolvoxError invalid when it overlaps another subnet of its network, or a reserved range; conflict
 * when it overlaps one of another external network; forbidden when only others may write on an external one; see `rangeOfSubnet` for those of
 * pools.
 */
export async function createSubnet(
  tx: DirectoryTx,
  given: NewSubnet,
  projectId: string,
  {
    now,
    reserved,
    viewer,
  }: { readonly now: string; readonly reserved: readonly string[]; readonly viewer: Authorizing },
): Promise<SubnetRecord> {
  const version = given.ip_version;
  const { cidr, subnetPoolId } = await rangeOfSubnet(tx, viewer, given, projectId);
  const plan = planSubnet({
    cidr,
    ipVersion: version,
    gatewayIp: given.gateway_ip,
    pools: given.allocation_pools,
  });
  refuseReserved(plan, reserved);
  const network = await lockNetwork(tx, viewer, given.network_id);
  if (network.external) authorize(CREATE_OUTSIDE, viewer);
  const others = await subnetsOf(tx, [given.network_id]);
  refuseOtherPool(
    others.filter(({ ipVersion }) => ipVersion === version),
    subnetPoolId,
  );
  refuseOverlap(plan, others, given.network_id);
  const serviceIp = serviceIpOf(plan, version);
  const subnet: SubnetRecord = {
    id: randomUUID(),
    networkId: given.network_id,
    projectId,
    name: given.name ?? '',
    description: given.description ?? '',
    ipVersion: version,
    cidr: plan.cidr,
    gatewayIp: plan.gatewayIp,
    enableDhcp: given.enable_dhcp !== false,
    serviceIp,
    subnetPoolId,
    allocationPools: plan.pools,
    dnsNameservers: given.dns_nameservers ?? [],
    hostRoutes: given.host_routes ?? [],
    tags: [],
    createdAt: now,
    updatedAt: now,
    revision: 1,
  };
  await insertSubnet(tx, subnet);
  const service = serviceIp === null ? null : parseIp(serviceIp);
  await addFreeRanges(
    tx,
    subnet.id,
    version,
    withoutAddresses(poolRanges(plan.pools), service === null ? [] : [service.value]),
  );
  if (serviceIp !== null) {
    await insertAllocations(tx, [{ portId: null, version, fixedIp: { subnetId: subnet.id, address: serviceIp } }]);
  }
  return subnet;
}

/** Addresses of one network can be told apart by pools only when they are of one. */
function refuseOtherPool(others: readonly SubnetRecord[], subnetPoolId: string | null): void {
  if (others.every((other) => other.subnetPoolId === subnetPoolId)) return;
  throw invalidInput(
    'Subnets hosted on the same network must be allocated from the same subnet pool.',
    'NetworkSubnetPoolAffinityError',
  );
}

/** Only new ones: a subnet keeps its range when a range is reserved later. */
function refuseReserved(plan: SubnetPlan, hosts: readonly string[]): void {
  const cidr = parseCidr(plan.cidr);
  const reason = cidr === null ? null : reservedBecause(cidr, hosts);
  if (reason !== null) throw invalidInput(`Invalid input for operation: ${reason}`);
}

function refuseOverlap(plan: SubnetPlan, others: readonly SubnetRecord[], networkId: string): void {
  const own = parseCidr(plan.cidr);
  for (const other of others) {
    const theirs = parseCidr(other.cidr);
    if (own === null || theirs === null || own.version !== theirs.version || !overlaps(own, theirs)) continue;
    throw invalidInput(
      `Invalid input for operation: Requested subnet with cidr: ${plan.cidr} for network: ${networkId} overlaps with another subnet.`,
    );
  }
}

/** `lockSubnet` comes first. Addresses in use stay with their ports, also when they are in no pool any more. @throws VolvoxError invalid or conflict */
export async function changeSubnet(
  tx: DirectoryTx,
  row: SubnetRecord,
  given: SubnetUpdate['subnet'],
  now: string,
): Promise<void> {
  const moved = given.gateway_ip !== undefined || given.allocation_pools !== undefined;
  const plan = planSubnet({
    cidr: row.cidr,
    ipVersion: row.ipVersion,
    gatewayIp: given.gateway_ip === undefined ? row.gatewayIp : given.gateway_ip,
    pools: given.allocation_pools ?? row.allocationPools,
  });
  if (moved) await replaceFreeRanges(tx, row, plan);
  await updateSubnet(tx, row, {
    ...(given.name === undefined ? {} : { name: given.name }),
    ...(given.description === undefined ? {} : { description: given.description }),
    ...(given.enable_dhcp === undefined ? {} : { enableDhcp: given.enable_dhcp }),
    ...(given.dns_nameservers === undefined ? {} : { dnsNameservers: given.dns_nameservers }),
    ...(given.host_routes === undefined ? {} : { hostRoutes: given.host_routes }),
    ...(moved ? { gatewayIp: plan.gatewayIp, allocationPools: plan.pools } : {}),
    updatedAt: now,
  });
}

/**
 * The network's lock keeps addresses from being taken meanwhile; the locks on the allocations, which come first, keep them from being
 * given back.
 */
async function replaceFreeRanges(tx: DirectoryTx, row: SubnetRecord, plan: SubnetPlan): Promise<void> {
  const taken = await lockAllocations(tx, row.id);
  // The gateway that it had may be a router's, and the one that it gets may be a guest's.
  const gateways = plan.gatewayIp === row.gatewayIp ? [] : [row.gatewayIp, plan.gatewayIp];
  const used = gateways.find((one) => one !== null && taken.some((address) => address === parseIp(one)?.value));
  if (used !== undefined) {
    throw conflicting(`Current gateway ip ${used} already in use by a port. Unable to update.`, 'GatewayIpInUse');
  }
  await removeFreeRanges(tx, row.id);
  await addFreeRanges(tx, row.id, row.ipVersion, withoutAddresses(poolRanges(plan.pools), taken));
}
