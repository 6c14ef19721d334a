import { ANY_LINK_LOCAL, allowed, type Case, type Cast, forbidden, SOMEBODY, type Station } from './case.ts';
import { ipBytes, macBytes, uint16 } from './packet.ts';
import { icmp6, mld, neighbour, solicitedNode, tcp, udp } from './packets.ts';
import { ATOMIC, FRAGMENTS } from './wrappings.ts';

const ALL_NODES = 'ff02::1';
const ALL_ROUTERS = 'ff02::2';
const SERVERS = 'ff02::1:2';
const LISTENERS = 'ff02::16';
const UNSPECIFIED = '::';
const SOLICIT = 135;
const ADVERT = 136;
const LARGE = Buffer.alloc(1200, 0x56);
const SMALL = Buffer.alloc(64, 0x56);

/** RFC 2464: a group's Ethernet address ends as the group does. */
const groupMac = (group: string): string => `33:33${ipBytes(group).subarray(12).toString('hex').replace(/../g, ':$&')}`;

export const ipv6Frames = (cast: Cast): readonly Case[] => [
  ...ownFrames(cast),
  ...neighbourFrames(cast),
  ...otherRoles(cast),
];

function ownFrames(cast: Cast): readonly Case[] {
  const { self, victim } = cast;
  const to = victim.mac;
  const solicitedVictim = solicitedNode(victim.ip6);
  const asks = { from: self.linkLocal, to: solicitedVictim, target: victim.ip6, mac: self.mac };
  const answers = { from: self.ip6, to: victim.ip6, target: self.ip6, mac: self.mac };
  return [
    ...allowed(
      cast,
      [
        ['IPv6 ping', to, icmp6(self.ip6, victim.ip6, 128, LARGE)],
        ['IPv6 UDP of 1,200 bytes', to, udp(self.ip6, victim.ip6, [40_000, 53], LARGE)],
        ['IPv6 TCP', to, tcp(self.ip6, victim.ip6, [40_000, 80])],
        ['DHCPv6 solicit', groupMac(SERVERS), udp(self.linkLocal, SERVERS, [546, 547], SMALL)],
      ],
      [FRAGMENTS, ATOMIC],
    ),
    ...allowed(cast, [
      ['packet too big', to, icmp6(self.ip6, victim.ip6, 2, Buffer.concat([uint16(0, 1280), SMALL]))],
      ['router solicitation', groupMac(ALL_ROUTERS), icmp6(self.linkLocal, ALL_ROUTERS, 133, Buffer.alloc(4))],
      ['neighbour solicitation', groupMac(solicitedVictim), neighbour(SOLICIT, asks)],
      ['neighbour advertisement, own address', to, neighbour(ADVERT, answers)],
      ['neighbour advertisement, own link-local', to, neighbour(ADVERT, { ...answers, target: self.linkLocal })],
      ['address claim (DAD), own address', groupMac(solicitedNode(self.ip6)), claim(self, self.ip6)],
      ['address claim (DAD), own link-local', groupMac(solicitedNode(self.linkLocal)), claim(self, self.linkLocal)],
      ['MLD report', groupMac(LISTENERS), mld(self.linkLocal, LISTENERS, 143, report(solicitedNode(self.ip6)))],
      ['MLD report from ::', groupMac(LISTENERS), mld(UNSPECIFIED, LISTENERS, 143, report(solicitedNode(self.ip6)))],
    ]),
  ];
}

function neighbourFrames(cast: Cast): readonly Case[] {
  const { self, victim, gateway } = cast;
  const all = groupMac(ALL_NODES);
  const says = (from: string, target: string) => neighbour(ADVERT, { from, to: ALL_NODES, target, mac: self.mac });
  const asks = (from: string) =>
    neighbour(SOLICIT, { from, to: solicitedNode(victim.ip6), target: victim.ip6, mac: self.mac });
  const asked = groupMac(solicitedNode(victim.ip6));
  return forbidden(cast, [
    ["neighbour advertisement, a neighbour's address", all, says(self.ip6, SOMEBODY.ip6)],
    ["neighbour advertisement, the gateway's address", all, says(self.ip6, gateway.ip6)],
    ["neighbour advertisement, the gateway's link-local", all, says(self.linkLocal, gateway.linkLocal)],
    ["neighbour advertisement, the neighbour's link-local", all, says(self.linkLocal, victim.linkLocal)],
    ['neighbour advertisement, any link-local', all, says(self.linkLocal, ANY_LINK_LOCAL)],
    ['neighbour advertisement as any link-local', all, says(ANY_LINK_LOCAL, ANY_LINK_LOCAL)],
    ['neighbour advertisement from ::', all, says(UNSPECIFIED, self.ip6)],
    ["neighbour solicitation as a neighbour's address", asked, asks(SOMEBODY.ip6)],
    ["neighbour solicitation as the neighbour's link-local", asked, asks(victim.linkLocal)],
    ["neighbour solicitation as the gateway's link-local", asked, asks(gateway.linkLocal)],
    ['neighbour solicitation as any link-local', asked, asks(ANY_LINK_LOCAL)],
    ["address claim (DAD), a neighbour's address", asked, claim(self, victim.ip6)],
    ["address claim (DAD), the neighbour's link-local", asked, claim(self, victim.linkLocal)],
    ['address claim (DAD), any link-local', asked, claim(self, ANY_LINK_LOCAL)],
  ]);
}

function otherRoles(cast: Cast): readonly Case[] {
  const { self, victim, gateway } = cast;
  const to = victim.mac;
  const all = groupMac(ALL_NODES);
  const redirect = Buffer.concat([uint16(0, 0), ipBytes(self.linkLocal), ipBytes('fd00:99::1')]);
  return forbidden(cast, [
    ['router advertisement', all, icmp6(self.linkLocal, ALL_NODES, 134, advertisedRouter(self.mac))],
    ['router advertisement, own address', all, icmp6(self.ip6, ALL_NODES, 134, advertisedRouter(self.mac))],
    ['router advertisement as the gateway', all, icmp6(gateway.linkLocal, ALL_NODES, 134, advertisedRouter(self.mac))],
    ['router advertisement from ::', all, icmp6(UNSPECIFIED, ALL_NODES, 134, advertisedRouter(self.mac))],
    ['redirect', to, icmp6(self.linkLocal, victim.linkLocal, 137, redirect)],
    ['redirect as the gateway', to, icmp6(gateway.linkLocal, victim.linkLocal, 137, redirect)],
    ['DHCPv6 advertise', to, udp(self.linkLocal, victim.linkLocal, [547, 546], SMALL)],
    ['DHCPv6 advertise from another port', to, udp(self.linkLocal, victim.linkLocal, [40_000, 546], SMALL)],
    ["IPv6 UDP, a neighbour's address", to, udp(SOMEBODY.ip6, victim.ip6, [40_000, 53], SMALL)],
    ['IPv6 UDP as any link-local', to, udp(ANY_LINK_LOCAL, victim.linkLocal, [40_000, 53], SMALL)],
    ['IPv6 UDP from ::', to, udp(UNSPECIFIED, victim.ip6, [40_000, 53], SMALL)],
    ['IPv6 ping as any link-local', to, icmp6(ANY_LINK_LOCAL, victim.linkLocal, 128, SMALL)],
    ['router solicitation as any link-local', all, icmp6(ANY_LINK_LOCAL, ALL_ROUTERS, 133, Buffer.alloc(4))],
    ['MLD query', all, mld(self.linkLocal, ALL_NODES, 130, Buffer.alloc(24))],
    ['MLD report as any link-local', all, mld(ANY_LINK_LOCAL, LISTENERS, 143, report(ALL_NODES))],
    ['MLD report without its header', all, icmp6(self.linkLocal, LISTENERS, 143, report(ALL_NODES))],
    ['node information query', to, icmp6(self.ip6, victim.ip6, 139, SMALL)],
  ]);
}

const claim = ({ mac }: Station, target: string) =>
  neighbour(SOLICIT, { from: UNSPECIFIED, to: solicitedNode(target), target, mac });

/** RFC 3810: one record, "exclude nothing". */
const report = (group: string): Buffer => Buffer.concat([uint16(0, 1, 0x0400, 0), ipBytes(group)]);

/** A default router for 1,800 seconds, with its link-layer address. */
const advertisedRouter = (mac: string): Buffer =>
  Buffer.concat([uint16(0x4000, 1800, 0, 0, 0, 0), Buffer.from([1, 1]), macBytes(mac)]);
