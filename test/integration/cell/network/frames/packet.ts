import { parseIp } from '#platform/objects/ip-address.ts';

/** What stands behind the Ethernet header. A wrapping changes it, so addresses and headers are apart. */
export type Packet =
  | { readonly kind: 'other'; readonly type: number; readonly body: Buffer }
  | {
      readonly kind: 'ipv4';
      readonly from: string;
      readonly to: string;
      readonly protocol: number;
      readonly body: Buffer;
      /** A multiple of 4 bytes. */
      readonly options?: Buffer;
      /** `offset` in bytes, a multiple of 8. */
      readonly fragment?: Fragment;
    }
  | {
      readonly kind: 'ipv6';
      readonly from: string;
      readonly to: string;
      /** The type of the first header in `body`. */
      readonly next: number;
      readonly body: Buffer;
    };

interface Fragment {
  readonly offset: number;
  readonly more: boolean;
}

export interface Frame {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly packet: Packet;
}

export const macBytes = (mac: string): Buffer => Buffer.from(mac.replaceAll(':', ''), 'hex');

export function ipBytes(address: string): Buffer {
  const parsed = parseIp(address);
  if (parsed === null) throw new Error(`not an address: ${address}`);
  return Buffer.from(parsed.value.toString(16).padStart(parsed.version === 4 ? 8 : 32, '0'), 'hex');
}

export const uint16 = (...values: readonly number[]): Buffer =>
  Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]));

/** RFC 1071. */
export function checksum(...parts: readonly Buffer[]): number {
  const bytes = Buffer.concat(parts);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

/** The frame as it goes over the wire. `tags` stand between the addresses and the type, each with its own type. */
export const frameBytes = ({ from, to, packet }: Frame, tags: readonly Buffer[] = []): Buffer =>
  Buffer.concat([macBytes(to), macBytes(from), ...tags, uint16(typeOf(packet)), bodyOf(packet)]);

export const typeOf = (packet: Packet): number =>
  packet.kind === 'ipv4' ? 0x0800 : packet.kind === 'ipv6' ? 0x86dd : packet.type;

export function bodyOf(packet: Packet): Buffer {
  if (packet.kind === 'other') return packet.body;
  const addresses = [ipBytes(packet.from), ipBytes(packet.to)];
  if (packet.kind === 'ipv6') {
    const head = Buffer.concat([uint16(0x6000, 0, packet.body.length), Buffer.from([packet.next, 255])]);
    return Buffer.concat([head, ...addresses, packet.body]);
  }
  const { options = Buffer.alloc(0), fragment = { offset: 0, more: false } } = packet;
  const length = 20 + options.length + packet.body.length;
  const place = (fragment.more ? 0x2000 : 0) | (fragment.offset / 8);
  const head = (sum: number) =>
    Buffer.concat([
      uint16(0x4500 + ((options.length / 4) << 8), length, 0x5656, place),
      Buffer.from([64, packet.protocol]),
      uint16(sum),
      ...addresses,
      options,
    ]);
  return Buffer.concat([head(checksum(head(0))), packet.body]);
}
