import type { Frame, Packet } from './packet.ts';
import { BARE } from './wrappings.ts';

/** A port or the gateway. */
export interface Station {
  readonly mac: string;
  readonly ip4: string;
  readonly ip6: string;
  readonly linkLocal: string;
}

export interface Cast {
  /** The port that sends. */
  readonly self: Station;
  /** The port next door that must not receive what is forbidden. */
  readonly victim: Station;
  readonly gateway: Station;
}

export interface Case {
  readonly frame: Frame;
  /** The names of the wrappings in which it reaches the port next door. */
  readonly delivered: ReadonlySet<string>;
}

type Outline = readonly [name: string, to: string, packet: Packet, from?: string];

export const BROADCAST = 'ff:ff:ff:ff:ff:ff';
export const ANY_LINK_LOCAL = 'fe80::bad';
export const SOMEBODY = { mac: 'fa:16:3e:ba:d0:01', ip4: '10.9.0.77', ip6: 'fd00:9::77' };

/** Delivered bare, and in the wrappings that are named. */
export const allowed = ({ self }: Cast, outlines: readonly Outline[], also: readonly string[] = []): readonly Case[] =>
  outlines.map((outline) => ({ frame: frameOf(self, outline), delivered: new Set([BARE, ...also]) }));

export const forbidden = ({ self }: Cast, outlines: readonly Outline[]): readonly Case[] =>
  outlines.map((outline) => ({ frame: frameOf(self, outline), delivered: new Set() }));

const frameOf = (self: Station, [name, to, packet, from = self.mac]: Outline): Frame => ({ name, to, packet, from });
