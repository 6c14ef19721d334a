import { formatIp } from '#platform/objects/ip-address.ts';
import { gatewayMac } from '../../../cell/network/names.ts';
import { type Frame, frameBytes, ipBytes, type Packet } from '../../integration/cell/network/frames/packet.ts';
import { arp, icmp6, neighbour, udp } from '../../integration/cell/network/frames/packets.ts';
import type { Wire } from '../../integration/cell/network/frames/wire.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** A server's end of its tap. */
export interface Wired {
  readonly name: string;
  readonly networkId: string;
  readonly mac: string;
  readonly ipv4: string;
  readonly ipv6: string;
  readonly wire: Wire;
}

/** A frame that somebody may try to send to a server, and whether it arrives. The marks in frames tell them apart, also when they were routed. */
interface Attempt {
  readonly name: string;
  readonly mark: string;
  readonly frame: Frame;
  readonly arrives: boolean;
}

const BROADCAST = 'ff:ff:ff:ff:ff:ff';
const ALL_NODES = '33:33:00:00:00:01';
const ROUTER_ADVERTISEMENT = 134;

/** The link-local address that follows from a MAC (RFC 4291, appendix A). */
function linkLocal(mac: string): string {
  const [a = '', b, c, d, e, f] = mac.split(':');
  const first = (Number.parseInt(a, 16) ^ 2).toString(16).padStart(2, '0');
  return `fe80::${first}${b}:${c}ff:fe${d}:${e}${f}`;
}

/** What a rogue tries on a server: with its own addresses, with others, as a DHCP server and as a router. `foreign`: addresses of somebody else. */
export function attemptsOn(
  rogue: Wired,
  target: Wired,
  foreign: { readonly mac: string; readonly ipv4: string; readonly ipv6: string },
): readonly Attempt[] {
  const next = target.networkId === rogue.networkId ? target.mac : gatewayMac(rogue.networkId);
  const data = (mark: string): Buffer => Buffer.from(`<${mark}>`);
  const attempt = (
    name: string,
    arrives: boolean,
    to: string,
    packetOf: (data: Buffer) => Packet,
    from = rogue.mac,
  ) => {
    const mark = `${rogue.name} on ${target.name}: ${name}`;
    return { name, mark, arrives, frame: { name, from, to, packet: packetOf(data(mark)) } };
  };
  const ports = [4_000, 4_001] as const;
  const fromRouter = linkLocal(rogue.mac);
  return [
    attempt('own IPv4 address', true, next, (text) => udp(rogue.ipv4, target.ipv4, ports, text)),
    attempt('own IPv6 address', true, next, (text) => udp(rogue.ipv6, target.ipv6, ports, text)),
    attempt("another's IPv4 address", false, next, (text) => udp(foreign.ipv4, target.ipv4, ports, text)),
    attempt("another's IPv6 address", false, next, (text) => udp(foreign.ipv6, target.ipv6, ports, text)),
    attempt("another's MAC", false, next, (text) => udp(rogue.ipv4, target.ipv4, ports, text), foreign.mac),
    attempt('a DHCP offer', false, BROADCAST, (text) => udp(rogue.ipv4, '255.255.255.255', [67, 68], text)),
    attempt('a DHCPv6 advertisement', false, ALL_NODES, (text) => udp(fromRouter, 'ff02::1', [547, 546], text)),
    attempt('a router advertisement', false, ALL_NODES, (text) =>
      icmp6(fromRouter, 'ff02::1', ROUTER_ADVERTISEMENT, Buffer.concat([Buffer.alloc(12), text])),
    ),
    attempt('own IPv4 address again', true, next, (text) => udp(rogue.ipv4, target.ipv4, ports, text)),
  ];
}

/**
 * Sends all of them until those that should arrive do, and then once more, until the last has arrived again: what has not come by then does not come.
 * @returns the marks of those that arrived.
 */
export async function tryAll(rogue: Wired, target: Wired, attempts: readonly Attempt[]): Promise<ReadonlySet<string>> {
  const times = new Map<string, number>();
  const take = (): void => {
    const frames = target.wire.taken();
    answerNeighbours(target, frames);
    for (const { mark } of attempts) {
      const more = frames.filter((frame) => frame.includes(`<${mark}>`)).length;
      if (more > 0) times.set(mark, (times.get(mark) ?? 0) + more);
    }
  };
  const sendAll = (): void => {
    for (const { frame } of attempts) rogue.wire.send(frameBytes(frame));
  };
  await waitUntil(`frames to arrive at ${target.name}`, () => {
    sendAll();
    take();
    return attempts.every(({ mark, arrives }) => !arrives || times.has(mark));
  });
  const last = attempts.at(-1)?.mark ?? '';
  const before = times.get(last) ?? 0;
  // More than may still be on their way.
  await waitUntil(`the last frames to arrive at ${target.name}`, () => {
    sendAll();
    take();
    return (times.get(last) ?? 0) > before + 5;
  });
  return new Set(times.keys());
}

/** As the kernel of a guest would: a router asks who has the address before it sends. */
function answerNeighbours({ mac, ipv4, ipv6, wire }: Wired, frames: readonly Buffer[]): void {
  for (const frame of frames) {
    const asker = [...frame.subarray(6, 12)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
    if (
      frame.readUInt16BE(12) === 0x0806 &&
      frame.readUInt16BE(20) === 1 &&
      frame.subarray(38, 42).equals(ipBytes(ipv4))
    )
      wire.send(frameBytes({ name: '', from: mac, to: asker, packet: arp(2, { mac, ip: ipv4 }, '0.0.0.0') }));
    const asksForIpv6 = frame.readUInt16BE(12) === 0x86dd && frame[20] === 58 && frame[54] === 135;
    if (!asksForIpv6 || !frame.subarray(62, 78).equals(ipBytes(ipv6))) continue;
    const to = canonicalOf(frame.subarray(22, 38));
    wire.send(
      frameBytes({ name: '', from: mac, to: asker, packet: neighbour(136, { from: ipv6, to, target: ipv6, mac }) }),
    );
  }
}

const canonicalOf = (bytes: Buffer): string => formatIp(6, BigInt(`0x${bytes.toString('hex')}`));
