import { randomUUID } from 'node:crypto';
import { fromJson, toJson } from '#platform/database/json-column.ts';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { addFreeRanges, lockAllocations, removeFreeRanges } from '#platform/directory/stores/addresses.ts';
import { lockNetworkAlone } from '#platform/directory/stores/networks.ts';
import { insertAllocations } from '#platform/directory/stores/ports.ts';
import {
  type AllocationPool,
  insertSubnet,
  poolRanges,
  type SubnetRow,
  subnetsOf,
  updateSubnet,
} from '#platform/directory/stores/subnets.ts';
import { formatIp, overlaps, parseCidr, parseIp } from '#platform/objects/ip-address.ts';
import { conflicting, invalidInput } from '../policy.ts';
import { planSubnet, type SubnetPlan, withoutAddresses } from './plan-subnet.ts';
import type { NewSubnet, SubnetUpdate } from './schema.ts';

/** The highest address of the pools, reserved for services of the hosts; none if the subnet is too small to spare one. */
function serviceIpOf(plan: SubnetPlan, version: 4 | 6): string | null {
  const ranges = poolRanges(plan.pools);
  const size = ranges.reduce((sum, range) => sum + range.last - range.first + 1n, 0n);
  const last = ranges.at(-1)?.last;
  return last === undefined || size < 2n ? null : formatIp(version, last);
}

/** @throws VolvoxError invalid when it overlaps another subnet of its network. */
export async function createSubnet(
  tx: DirectoryTx,
  given: NewSubnet,
  projectId: string,
  now: string,
): Promise<SubnetRow> {
  const version = given.ip_version;
  const plan = planSubnet({
    cidr: given.cidr,
    ipVersion: version,
    gatewayIp: given.gateway_ip,
    pools: given.allocation_pools,
  });
  await lockNetworkAlone(tx, given.network_id);
  refuseOverlap(plan, await subnetsOf(tx, [given.network_id]), given.network_id);
  const serviceIp = serviceIpOf(plan, version);
  const row: SubnetRow = {
    id: randomUUID(),
    network_id: given.network_id,
    project_id: projectId,
    name: given.name ?? '',
    description: given.description ?? '',
    ip_version: version,
    cidr: plan.cidr,
    gateway_ip: plan.gatewayIp,
    enable_dhcp: given.enable_dhcp === false ? 0 : 1,
    service_ip: serviceIp,
    allocation_pools: toJson(plan.pools),
    dns_nameservers: toJson(given.dns_nameservers ?? []),
    host_routes: toJson(given.host_routes ?? []),
    created_at: now,
    updated_at: now,
    revision: 1,
  };
  await insertSubnet(tx, row);
  const service = serviceIp === null ? null : parseIp(serviceIp);
  await addFreeRanges(
    tx,
    row.id,
    version,
    withoutAddresses(poolRanges(plan.pools), service === null ? [] : [service.value]),
  );
  if (serviceIp !== null) {
    await insertAllocations(tx, [{ portId: null, version, fixedIp: { subnetId: row.id, address: serviceIp } }]);
  }
  return row;
}

function refuseOverlap(plan: SubnetPlan, others: readonly SubnetRow[], networkId: string): void {
  const own = parseCidr(plan.cidr);
  for (const other of others) {
    const theirs = parseCidr(other.cidr);
    if (own === null || theirs === null || own.version !== theirs.version || !overlaps(own, theirs)) continue;
    throw invalidInput(
      `Invalid input for operation: Requested subnet with cidr: ${plan.cidr} for network: ${networkId} overlaps with another subnet.`,
    );
  }
}

/** Addresses in use stay with their ports, also when they are in no pool any more. @throws VolvoxError invalid or conflict */
export async function changeSubnet(
  tx: DirectoryTx,
  row: SubnetRow,
  given: SubnetUpdate['subnet'],
  now: string,
): Promise<void> {
  const moved = given.gateway_ip !== undefined || given.allocation_pools !== undefined;
  const plan = planSubnet({
    cidr: row.cidr,
    ipVersion: row.ip_version,
    gatewayIp: given.gateway_ip === undefined ? row.gateway_ip : given.gateway_ip,
    pools: given.allocation_pools ?? fromJson<AllocationPool[]>(row.allocation_pools),
  });
  if (moved) {
    await lockNetworkAlone(tx, row.network_id);
    await replaceFreeRanges(tx, row, plan);
  }
  await updateSubnet(tx, row, {
    ...(given.name === undefined ? {} : { name: given.name }),
    ...(given.description === undefined ? {} : { description: given.description }),
    ...(given.enable_dhcp === undefined ? {} : { enable_dhcp: given.enable_dhcp ? 1 : 0 }),
    ...(given.dns_nameservers === undefined ? {} : { dns_nameservers: toJson(given.dns_nameservers) }),
    ...(given.host_routes === undefined ? {} : { host_routes: toJson(given.host_routes) }),
    ...(moved ? { gateway_ip: plan.gatewayIp, allocation_pools: toJson(plan.pools) } : {}),
    updated_at: now,
  });
}

/**
 * The network's lock keeps addresses from being taken meanwhile; the locks on the allocations, which come first, keep them from being
 * given back.
 */
async function replaceFreeRanges(tx: DirectoryTx, row: SubnetRow, plan: SubnetPlan): Promise<void> {
  const taken = await lockAllocations(tx, row.id);
  const gateway = plan.gatewayIp === null ? undefined : parseIp(plan.gatewayIp)?.value;
  if (taken.some((address) => address === gateway)) {
    throw conflicting(
      `Current gateway ip ${plan.gatewayIp} already in use by a port. Unable to update.`,
      'GatewayIpInUse',
    );
  }
  await removeFreeRanges(tx, row.id);
  await addFreeRanges(tx, row.id, row.ip_version, withoutAddresses(poolRanges(plan.pools), taken));
}
