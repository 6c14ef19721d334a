import { allowed, BROADCAST, type Case, type Cast, forbidden, SOMEBODY } from './case.ts';
import { arp, rarp } from './packets.ts';

const REQUEST = 1;
const REPLY = 2;
const REVERSE_REQUEST = 3;
const REVERSE_REPLY = 4;

export const arpFrames = (cast: Cast): readonly Case[] => {
  const { self, victim, gateway } = cast;
  const me = { mac: self.mac, ip: self.ip4 };
  return [
    ...allowed(cast, [
      ['ARP request, own address', BROADCAST, arp(REQUEST, me, victim.ip4)],
      ['ARP reply, own address', victim.mac, arp(REPLY, me, victim.ip4)],
      ['ARP probe', BROADCAST, arp(REQUEST, { ...me, ip: '0.0.0.0' }, self.ip4)],
      ['RARP announcement, own MAC', BROADCAST, rarp(REVERSE_REQUEST, self.mac, self.mac)],
    ]),
    ...forbidden(cast, [
      ["ARP reply, a neighbour's address", BROADCAST, arp(REPLY, { ...me, ip: SOMEBODY.ip4 }, victim.ip4)],
      ["ARP reply, the gateway's address", BROADCAST, arp(REPLY, { ...me, ip: gateway.ip4 }, victim.ip4)],
      ["ARP reply, a neighbour's MAC inside", BROADCAST, arp(REPLY, { ...me, mac: SOMEBODY.mac }, victim.ip4)],
      ['ARP reply from 0.0.0.0', BROADCAST, arp(REPLY, { ...me, ip: '0.0.0.0' }, victim.ip4)],
      ['ARP request, foreign Ethernet source', BROADCAST, arp(REQUEST, me, victim.ip4), SOMEBODY.mac],
      ["RARP announcement, a neighbour's MAC", BROADCAST, rarp(REVERSE_REQUEST, SOMEBODY.mac, SOMEBODY.mac)],
      ["RARP request about a neighbour's MAC", BROADCAST, rarp(REVERSE_REQUEST, self.mac, SOMEBODY.mac)],
      ['RARP request with addresses', BROADCAST, rarp(REVERSE_REQUEST, self.mac, self.mac, self.ip4)],
      ['RARP reply', BROADCAST, rarp(REVERSE_REPLY, self.mac, self.mac)],
    ]),
  ];
};
