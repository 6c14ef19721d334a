const GLOBAL_HEADER = 24;
const PACKET_HEADER = 16;

/** The Ethernet frames of a capture in the classic pcap format, little endian, as tcpdump and QEMU write it. A last frame that is not whole is left out. */
export function* capturedFrames(capture: Buffer): Generator<Buffer> {
  if (capture.readUInt32LE(0) !== 0xa1b2c3d4) throw new Error('this is no pcap file');
  for (let at = GLOBAL_HEADER; at + PACKET_HEADER <= capture.length; ) {
    const end = at + PACKET_HEADER + capture.readUInt32LE(at + 8);
    if (end <= capture.length) yield capture.subarray(at + PACKET_HEADER, end);
    at = end;
  }
}
