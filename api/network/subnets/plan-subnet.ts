import type { AddressRange } from '#platform/directory/stores/addresses.ts';
import type { AllocationPool } from '#platform/directory/stores/subnets.ts';
import {
  type Cidr,
  contains,
  formatCidr,
  formatIp,
  hostRange,
  overlaps,
  parseCidr,
  parseIp,
} from '#platform/objects/ip-address.ts';
import { conflicting, invalidInput } from '../policy.ts';

/** Plans a subnet from the request. Pure. */
export interface SubnetPlan {
  readonly cidr: string;
  readonly gatewayIp: string | null;
  readonly pools: readonly AllocationPool[];
}

interface RequestedSubnet {
  readonly cidr: string;
  readonly ipVersion: 4 | 6;
  /** undefined: the first address; null: none. */
  readonly gatewayIp: string | null | undefined;
  /** undefined: every address but the gateway's. */
  readonly pools: readonly AllocationPool[] | undefined;
}

/** @throws VolvoxError invalid or conflict, naming what is wrong. */
export function planSubnet(requested: RequestedSubnet): SubnetPlan {
  const cidr = readCidr(requested);
  const gateway = readGateway(cidr, requested.gatewayIp);
  const ranges = requested.pools === undefined ? defaultPools(cidr, gateway) : readPools(cidr, requested.pools);
  const clash = ranges.find((range) => gateway !== null && contains(range, gateway));
  const format = (value: bigint) => formatIp(cidr.version, value);
  if (clash !== undefined && gateway !== null) {
    throw conflicting(
      `Gateway ip ${format(gateway)} conflicts with allocation pool ${format(clash.first)}-${format(clash.last)}.`,
      'GatewayConflictWithAllocationPools',
    );
  }
  return {
    cidr: formatCidr(cidr),
    gatewayIp: gateway === null ? null : format(gateway),
    pools: ranges.map((range) => ({ start: format(range.first), end: format(range.last) })),
  };
}

/** Bits beyond the prefix are dropped, as Neutron drops them: 10.99.99.0/16 is 10.99.0.0/16. */
function readCidr({ cidr: text, ipVersion }: RequestedSubnet): Cidr {
  const cidr = parseCidr(text);
  if (cidr === null) throw invalidInput(`Invalid input for cidr. Reason: '${text}' is not a valid IP subnet.`);
  if (cidr.version !== ipVersion) {
    throw invalidInput(`Invalid input for operation: cidr ${text} does not match the ip_version '${ipVersion}'.`);
  }
  if (cidr.prefix === 0) throw invalidInput('Invalid input for operation: 0 is not allowed as CIDR prefix length.');
  return cidr;
}

function readGateway(cidr: Cidr, gatewayIp: string | null | undefined): bigint | null {
  if (gatewayIp === null) return null;
  if (gatewayIp === undefined) return cidr.first === cidr.last ? null : hostRange(cidr).first;
  const ip = parseIp(gatewayIp);
  if (ip === null || ip.version !== cidr.version) {
    throw invalidInput(`Invalid input for gateway_ip. Reason: '${gatewayIp}' is not a valid IP address.`);
  }
  if (!contains(hostRange(cidr), ip.value)) {
    throw invalidInput(`Invalid input for operation: Gateway is not valid on subnet ${formatCidr(cidr)}.`);
  }
  return ip.value;
}

function defaultPools(cidr: Cidr, gateway: bigint | null): AddressRange[] {
  const hosts = hostRange(cidr);
  if (gateway === null) return [hosts];
  return [
    { first: hosts.first, last: gateway - 1n },
    { first: gateway + 1n, last: hosts.last },
  ].filter((range) => range.first <= range.last);
}

function readPools(cidr: Cidr, pools: readonly AllocationPool[]): AddressRange[] {
  const ranges = pools.map(({ start, end }): AddressRange => {
    const first = parseIp(start);
    const last = parseIp(end);
    const right = first?.version === cidr.version && last?.version === cidr.version && first.value <= last.value;
    if (!right) {
      throw invalidInput(`The allocation pool ${start}-${end} is not valid.`, 'InvalidAllocationPool');
    }
    const hosts = hostRange(cidr);
    if (!contains(hosts, first.value) || !contains(hosts, last.value)) {
      throw invalidInput(
        `The allocation pool ${start}-${end} spans beyond the subnet cidr ${formatCidr(cidr)}.`,
        'OutOfBoundsAllocationPool',
      );
    }
    return { first: first.value, last: last.value };
  });
  const sorted = ranges.sort((a, b) => (a.first < b.first ? -1 : 1));
  sorted.forEach((range, index) => {
    const before = sorted[index - 1];
    if (before === undefined || !overlaps(before, range)) return;
    throw conflicting(
      `Found overlapping allocation pools: ${formatIp(cidr.version, range.first)} for subnet ${formatCidr(cidr)}.`,
      'OverlappingAllocationPools',
    );
  });
  return sorted;
}

/** What is left of ranges without these addresses. */
export function withoutAddresses(ranges: readonly AddressRange[], taken: readonly bigint[]): AddressRange[] {
  const sorted = [...taken].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return ranges.flatMap((range) => {
    const rest: AddressRange[] = [];
    let first = range.first;
    for (const address of sorted) {
      if (address < first || address > range.last) continue;
      if (first <= address - 1n) rest.push({ first, last: address - 1n });
      first = address + 1n;
    }
    if (first <= range.last) rest.push({ first, last: range.last });
    return rest;
  });
}
