import { capturedFrames } from './captured-frames.ts';

/** One direction of a TCP connection. */
export interface TcpStream {
  /** Port of the sender. */
  readonly from: number;
  /** Port of the receiver. */
  readonly to: number;
  /** What was sent, in the order of sequence numbers, repeats left out. */
  readonly bytes: Buffer;
}

interface Segment {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly sequence: number;
  readonly payload: Buffer;
}

const ETHERNET_HEADER = 14;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const TCP = 6;

/** Puts the TCP streams of a capture together, as tcpdump writes it on loopback. */
export function tcpStreams(capture: Buffer): readonly TcpStream[] {
  const streams = new Map<string, { from: number; to: number; next: number; parts: Buffer[] }>();
  for (const frame of capturedFrames(capture)) {
    const segment = segmentOf(frame);
    if (segment === null || segment.payload.length === 0) continue;
    const { key, from, to, sequence, payload } = segment;
    const stream = streams.get(key) ?? { from, to, next: sequence, parts: [] };
    streams.set(key, stream);
    // How much of the payload was seen before; negative: a gap, which the capture's own count of lost packets tells.
    const seen = (stream.next - sequence) | 0;
    if (seen >= payload.length) continue;
    stream.parts.push(payload.subarray(Math.max(0, seen)));
    stream.next = (sequence + payload.length) >>> 0;
  }
  return [...streams.values()].map(({ from, to, parts }) => ({ from, to, bytes: Buffer.concat(parts) }));
}

function segmentOf(frame: Buffer): Segment | null {
  const packet = frame.subarray(ETHERNET_HEADER);
  const type = frame.length < ETHERNET_HEADER + 20 ? 0 : frame.readUInt16BE(12);
  if (type === IPV4 && packet[9] === TCP) {
    const header = ((packet[0] ?? 0) & 0x0f) * 4;
    // Above 65,535 bytes (segmentation left to the device) the length field is 0.
    const length = packet.readUInt16BE(2) || packet.length;
    return tcpOf(packet.subarray(header, length), packet.toString('hex', 12, 20));
  }
  if (type === IPV6 && packet[6] === TCP) return tcpOf(packet.subarray(40), packet.toString('hex', 8, 40));
  return null;
}

function tcpOf(segment: Buffer, addresses: string): Segment {
  const [from, to] = [segment.readUInt16BE(0), segment.readUInt16BE(2)];
  const payload = segment.subarray(((segment[12] ?? 0) >> 4) * 4);
  return { key: `${addresses} ${from} ${to}`, from, to, sequence: segment.readUInt32BE(4), payload };
}
