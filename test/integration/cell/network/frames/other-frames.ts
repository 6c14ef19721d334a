import { BROADCAST, type Case, type Cast, forbidden } from './case.ts';
import type { Packet } from './packet.ts';

/** Protocols that no guest of a network needs. Their content does not matter: none passes. */
export const otherFrames = (cast: Cast): readonly Case[] =>
  forbidden(cast, [
    ['spanning tree (LLC)', BROADCAST, other(38, '424203')],
    ['RARP without its fields', BROADCAST, other(0x8035)],
    ['MPLS', BROADCAST, other(0x8847)],
    ['PPPoE discovery', BROADCAST, other(0x8863)],
    ['EAPOL', BROADCAST, other(0x888e)],
    ['LLDP', BROADCAST, other(0x88cc)],
    ['type of experiments', BROADCAST, other(0x88b5)],
  ]);

const other = (type: number, start = ''): Packet => ({
  kind: 'other',
  type,
  body: Buffer.concat([Buffer.from(start, 'hex'), Buffer.alloc(46, 0x56)]),
});
