import { allowed, BROADCAST, type Case, type Cast, forbidden, SOMEBODY } from './case.ts';
import { ipBytes, uint16 } from './packet.ts';
import { icmp4, tcp, udp } from './packets.ts';
import { FRAGMENTS, OPTIONS4 } from './wrappings.ts';

const LIMITED_BROADCAST = '255.255.255.255';
/** More than fits into one frame once it is wrapped: what comes of it must reassemble. */
const LARGE = Buffer.alloc(1200, 0x56);
const SMALL = Buffer.alloc(64, 0x56);

export const ipv4Frames = (cast: Cast): readonly Case[] => {
  const { self, victim, gateway } = cast;
  const to = victim.mac;
  return [
    ...allowed(
      cast,
      [
        ['IPv4 ping', to, icmp4(self.ip4, victim.ip4, 8, LARGE)],
        ['IPv4 UDP of 1,200 bytes', to, udp(self.ip4, victim.ip4, [40_000, 53], LARGE)],
        ['IPv4 TCP', to, tcp(self.ip4, victim.ip4, [40_000, 80])],
        ['DHCP renewal, own address', to, udp(self.ip4, victim.ip4, [68, 67], SMALL)],
      ],
      [FRAGMENTS, OPTIONS4],
    ),
    ...allowed(cast, [['DHCP discover', BROADCAST, udp('0.0.0.0', LIMITED_BROADCAST, [68, 67], SMALL)]], [OPTIONS4]),
    ...forbidden(cast, [
      ["IPv4 UDP, a neighbour's address", to, udp(SOMEBODY.ip4, victim.ip4, [40_000, 53], SMALL)],
      ['IPv4 UDP, foreign Ethernet source', to, udp(self.ip4, victim.ip4, [40_000, 53], SMALL), SOMEBODY.mac],
      ['IPv4 UDP from 0.0.0.0', BROADCAST, udp('0.0.0.0', LIMITED_BROADCAST, [40_000, 53], SMALL)],
      ['DHCP offer', to, udp(self.ip4, victim.ip4, [67, 68], SMALL)],
      ['DHCP offer from another port', BROADCAST, udp(self.ip4, LIMITED_BROADCAST, [40_000, 68], SMALL)],
      ["DHCP offer, the gateway's address", BROADCAST, udp(gateway.ip4, LIMITED_BROADCAST, [67, 68], SMALL)],
      ['ICMP redirect', to, icmp4(self.ip4, victim.ip4, 5, Buffer.concat([ipBytes(self.ip4), SMALL]))],
      ['ICMP router advertisement', BROADCAST, icmp4(self.ip4, '224.0.0.1', 9, routers(self.ip4))],
    ]),
  ];
};

/** RFC 1256: one router, for 1,800 seconds. */
const routers = (address: string): Buffer => Buffer.concat([uint16(0x0102, 1800), ipBytes(address), uint16(0, 0)]);
