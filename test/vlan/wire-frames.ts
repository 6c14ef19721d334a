import { capturedFrames } from '../support/captured-frames.ts';

/** A frame between hosts. */
export interface WireFrame {
  readonly from: string;
  readonly to: string;
  /** The VLAN of its 802.1Q tag (type 0x8100); null: it has no tag. */
  readonly vlan: number | null;
  /** What it carries, behind the tag: `arp`, `icmp`, `tcp`, `udp`, or its type in hexadecimal digits. */
  readonly kind: string;
  /** What it carries inside of VXLAN; null: it is no VXLAN. */
  readonly inner: WireFrame | null;
}

const TAG = 0x8100;
const IPV4 = 0x0800;
const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp' };
const VXLAN_PORT = 4789;

export const wireFrames = (capture: Buffer): readonly WireFrame[] => [...capturedFrames(capture)].map(readFrame);

function readFrame(frame: Buffer): WireFrame {
  const outer = frame.readUInt16BE(12);
  const tagged = outer === TAG;
  const type = tagged ? frame.readUInt16BE(16) : outer;
  const packet = frame.subarray(tagged ? 18 : 14);
  return {
    ...{ to: macAt(frame, 0), from: macAt(frame, 6) },
    vlan: tagged ? frame.readUInt16BE(14) & 0x0fff : null,
    kind: kindOf(type, packet),
    inner: innerOf(type, packet),
  };
}

const macAt = (frame: Buffer, at: number): string =>
  [...frame.subarray(at, at + 6)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');

function kindOf(type: number, packet: Buffer): string {
  if (type === 0x0806) return 'arp';
  const protocol = type === IPV4 ? PROTOCOLS[packet.readUInt8(9)] : undefined;
  return protocol ?? type.toString(16).padStart(4, '0');
}

/** RFC 7348: Ethernet behind 8 bytes of VXLAN behind UDP. */
function innerOf(type: number, packet: Buffer): WireFrame | null {
  if (type !== IPV4 || packet.readUInt8(9) !== 17) return null;
  const datagram = packet.subarray((packet.readUInt8(0) & 0x0f) * 4);
  return datagram.readUInt16BE(2) === VXLAN_PORT ? readFrame(datagram.subarray(16)) : null;
}
