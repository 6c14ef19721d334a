import { bodyOf, type Frame, frameBytes, type Packet, typeOf, uint16 } from './packet.ts';

/** A way to dress a frame up. `wrap` gives what goes over the wire, the beginning first; null: it does not fit this frame. */
interface Wrapping {
  readonly name: string;
  readonly wrap: (frame: Frame) => readonly Buffer[] | null;
}

type Ipv6 = Extract<Packet, { kind: 'ipv6' }>;

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION = 60;
/** Reserved for experiments (RFC 3692). */
const UNKNOWN = 253;
const IDENTITY = uint16(0x5656, 0x0909);

export const BARE = 'bare';
export const FRAGMENTS = 'in two fragments, the first of 8 bytes';
export const ATOMIC = 'as the only fragment';
export const OPTIONS4 = 'with IPv4 options';

export const WRAPPINGS: readonly Wrapping[] = [
  { name: BARE, wrap: (frame) => [frameBytes(frame)] },
  { name: '802.1Q, VLAN 0', wrap: tagged([0x8100, 0]) },
  { name: '802.1Q, VLAN 5', wrap: tagged([0x8100, 5]) },
  { name: '802.1ad, VLAN 0', wrap: tagged([0x88a8, 0]) },
  { name: '802.1ad, VLAN 5', wrap: tagged([0x88a8, 5]) },
  { name: 'tag of type 0x9100', wrap: tagged([0x9100, 0]) },
  { name: 'two tags (802.1ad, 802.1Q)', wrap: tagged([0x88a8, 0], [0x8100, 0]) },
  { name: 'length and LLC/SNAP in place of the type', wrap: snap },
  { name: OPTIONS4, wrap: options4 },
  { name: 'behind a hop-by-hop header', wrap: behind(HOP_BY_HOP) },
  { name: 'behind a destination options header', wrap: behind(DESTINATION) },
  { name: 'behind a routing header', wrap: behind(ROUTING) },
  { name: 'behind an authentication header', wrap: behind(AUTHENTICATION) },
  { name: 'behind a header of an unknown type', wrap: behind(UNKNOWN) },
  { name: 'behind the first three of these headers', wrap: behind(HOP_BY_HOP, ROUTING, DESTINATION) },
  { name: ATOMIC, wrap: (frame) => ifIpv6(frame, (packet) => [fragment(packet, packet.body, 0, false)]) },
  { name: FRAGMENTS, wrap: inFragments },
  { name: 'in fragments of a fragment', wrap: inFragmentsOfFragment },
  { name: 'behind a destination options header that is split over two fragments', wrap: splitHeader },
  { name: 'in two fragments, each behind a destination options header', wrap: headerThenFragment },
];

function tagged(...tags: readonly (readonly [number, number])[]): Wrapping['wrap'] {
  const bytes = tags.map(([type, vlan]) => uint16(type, vlan));
  return (frame) => [frameBytes(frame, bytes)];
}

/** IEEE 802.3 with a length and LLC/SNAP in place of the type (RFC 1042). */
function snap(frame: Frame): readonly Buffer[] {
  const type = typeOf(frame.packet);
  const body = Buffer.concat([Buffer.from('aaaa03000000', 'hex'), uint16(type), bodyOf(frame.packet)]);
  return [frameBytes({ ...frame, packet: { kind: 'other', type: body.length, body } })];
}

/** Three times "no operation", and the end. */
function options4(frame: Frame): readonly Buffer[] | null {
  const { packet } = frame;
  return packet.kind === 'ipv4'
    ? [frameBytes({ ...frame, packet: { ...packet, options: Buffer.from([1, 1, 1, 0]) } })]
    : null;
}

function ifIpv6(frame: Frame, change: (packet: Ipv6) => readonly Packet[]): readonly Buffer[] | null {
  const { packet } = frame;
  return packet.kind === 'ipv6' ? change(packet).map((one) => frameBytes({ ...frame, packet: one })) : null;
}

/** Headers without content: padding, no segments left, an empty check value. Only the authentication header has 16 bytes. */
function header(type: number, next: number): Buffer {
  if (type === ROUTING) return Buffer.from([next, 0, 0, 0, 0, 0, 0, 0]);
  if (type === AUTHENTICATION) return Buffer.concat([Buffer.from([next, 2]), Buffer.alloc(14, 1)]);
  return Buffer.from([next, 0, 1, 4, 0, 0, 0, 0]);
}

const prepend = (packet: Ipv6, type: number): Ipv6 => ({
  ...packet,
  next: type,
  body: Buffer.concat([header(type, packet.next), packet.body]),
});

function behind(...types: readonly number[]): Wrapping['wrap'] {
  return (frame) => ifIpv6(frame, (packet) => [types.toReversed().reduce(prepend, packet)]);
}

function fragment(packet: Ipv6, part: Buffer, offset: number, more: boolean): Ipv6 {
  const head = Buffer.concat([Buffer.from([packet.next, 0]), uint16(offset | (more ? 1 : 0)), IDENTITY]);
  return { ...packet, next: FRAGMENT, body: Buffer.concat([head, part]) };
}

/** The first is as short as can be. */
function inFragments(frame: Frame): readonly Buffer[] | null {
  const { packet } = frame;
  if (packet.kind !== 'ipv4') return ifIpv6(frame, (ipv6) => twoFragments(ipv6, 8));
  const [first, second] = [packet.body.subarray(0, 8), packet.body.subarray(8)];
  if (second.length === 0) return null;
  return [
    frameBytes({ ...frame, packet: { ...packet, body: first, fragment: { offset: 0, more: true } } }),
    frameBytes({ ...frame, packet: { ...packet, body: second, fragment: { offset: 8, more: false } } }),
  ];
}

const twoFragments = (packet: Ipv6, at: number): readonly Ipv6[] => [
  fragment(packet, packet.body.subarray(0, at), 0, true),
  fragment(packet, packet.body.subarray(at), at, false),
];

/** Two fragments of a packet whose first header is a fragment header. */
function inFragmentsOfFragment(frame: Frame): readonly Buffer[] | null {
  return ifIpv6(frame, (packet) => twoFragments(fragment(packet, packet.body, 0, false), 8));
}

/** A destination header of 24 bytes of which the first fragment has 8: the upper protocol is only in the second. */
function splitHeader(frame: Frame): readonly Buffer[] | null {
  return ifIpv6(frame, (packet) => {
    const options = Buffer.concat([Buffer.from([packet.next, 2, 1, 20]), Buffer.alloc(20)]);
    return twoFragments({ ...packet, next: DESTINATION, body: Buffer.concat([options, packet.body]) }, 8);
  });
}

/** A destination header in front of the fragment header. */
function headerThenFragment(frame: Frame): readonly Buffer[] | null {
  return ifIpv6(frame, (packet) => twoFragments(packet, 8).map((part) => prepend(part, DESTINATION)));
}
