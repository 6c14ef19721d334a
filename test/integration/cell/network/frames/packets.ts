import { checksum, ipBytes, macBytes, type Packet, uint16 } from './packet.ts';

const ICMP = 1;
const TCP = 6;
const UDP = 17;
const ICMPV6 = 58;
const HOP_BY_HOP = 0;

/** RFC 826. `operation` 1 asks, 2 answers. */
export function arp(operation: number, sender: { mac: string; ip: string }, targetIp: string): Packet {
  const parts = [uint16(1, 0x0800, 0x0604, operation), macBytes(sender.mac), ipBytes(sender.ip)];
  return { kind: 'other', type: 0x0806, body: Buffer.concat([...parts, Buffer.alloc(6), ipBytes(targetIp)]) };
}

/** RFC 903. `operation` 3 asks for the address of a MAC, 4 answers. */
export function rarp(operation: number, sender: string, target: string, addresses = '0.0.0.0'): Packet {
  const parts = [uint16(1, 0x0800, 0x0604, operation), macBytes(sender), ipBytes(addresses), macBytes(target)];
  return { kind: 'other', type: 0x8035, body: Buffer.concat([...parts, ipBytes(addresses)]) };
}

export function udp(from: string, to: string, ports: readonly [number, number], data: Buffer): Packet {
  const length = 8 + data.length;
  return upper(from, to, UDP, (sum) => Buffer.concat([uint16(...ports, length, sum), data]));
}

/** A SYN. */
export const tcp = (from: string, to: string, ports: readonly [number, number]): Packet =>
  upper(from, to, TCP, (sum) => Buffer.concat([uint16(...ports, 0, 1, 0, 0, 0x5002, 1024, sum, 0)]));

/** `type`, code 0, then what follows the checksum. */
export const icmp4 = (from: string, to: string, type: number, data: Buffer): Packet => {
  const message = (sum: number) => Buffer.concat([uint16(type << 8, sum), data]);
  return { kind: 'ipv4', from, to, protocol: ICMP, body: message(checksum(message(0))) };
};

export const icmp6 = (from: string, to: string, type: number, data: Buffer): Packet =>
  upper(from, to, ICMPV6, (sum) => Buffer.concat([uint16(type << 8, sum), data]));

/** Multicast listener messages go behind a hop-by-hop header with a router alert (RFC 3810, section 5). */
export function mld(from: string, to: string, type: number, data: Buffer): Packet {
  const packet = icmp6(from, to, type, data);
  if (packet.kind !== 'ipv6') throw new Error(`${from} is not an IPv6 address`);
  const alert = Buffer.from([ICMPV6, 0, 5, 2, 0, 0, 1, 0]);
  return { ...packet, next: HOP_BY_HOP, body: Buffer.concat([alert, packet.body]) };
}

/** A neighbour discovery message about `target`; the option is the sender's link-layer address (type 1) or the target's (2). */
export function neighbour(
  type: 135 | 136,
  { from, to, target, mac }: { from: string; to: string; target: string; mac: string },
): Packet {
  const flags = type === 136 ? uint16(0x2000, 0) : uint16(0, 0);
  const option = Buffer.concat([Buffer.from([type === 136 ? 2 : 1, 1]), macBytes(mac)]);
  // A claim (from `::`) carries no link-layer address.
  return icmp6(from, to, type, Buffer.concat([flags, ipBytes(target), ...(from === '::' ? [] : [option])]));
}

/** The group in which the owners of an address listen (RFC 4291, section 2.7.1). */
export const solicitedNode = (address: string): string =>
  `ff02::1:ff${ipBytes(address).subarray(13, 14).toString('hex')}:${ipBytes(address).subarray(14).toString('hex')}`;

/** A protocol whose checksum covers the addresses as well. */
function upper(from: string, to: string, protocol: number, message: (sum: number) => Buffer): Packet {
  const bare = message(0);
  const sum = checksum(ipBytes(from), ipBytes(to), uint16(bare.length, protocol), bare);
  const body = message(sum);
  return from.includes(':')
    ? { kind: 'ipv6', from, to, next: protocol, body }
    : { kind: 'ipv4', from, to, protocol, body };
}
