import { arpFrames } from './arp-frames.ts';
import type { Case, Cast } from './case.ts';
import { ipv4Frames } from './ipv4-frames.ts';
import { ipv6Frames } from './ipv6-frames.ts';
import { otherFrames } from './other-frames.ts';

/** Everything that is sent. */
export function casesOf(cast: Cast): readonly Case[] {
  return [arpFrames, ipv4Frames, ipv6Frames, otherFrames].flatMap((make) => make(cast));
}
