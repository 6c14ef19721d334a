import type { Rate, TrafficLimits } from '#platform/objects/traffic-limits.ts';
import { fingerprint } from './names.ts';

/** Raised when the same limits are enforced differently from before. */
const FORM = 1;
/** A guest sends and gets frames of up to 64 KiB, which its host cuts later. A smaller burst would let none of them pass. */
export const LARGEST_FRAME = 68_000;
/** More than any card of a guest does: 64 Gbit/s, and 100 million packets a second. Such a limit limits nothing. */
const NO_LIMIT_BYTES = 8_000_000_000;
const NO_LIMIT_PACKETS = 100_000_000;
/** What the kernel counts a burst in has 31 bits, and 200 seconds of the rate at most. */
const LARGEST_BURST = 2_147_483_647;
const LONGEST_BURST_SECONDS = 200;

/** So much each second, and so much more at once. */
export interface Bucket {
  readonly perSecond: number;
  readonly burst: number;
}

/** How what comes to a guest is shaped, in bytes. `peak`: what no second exceeds; null: the burst alone limits it. */
export interface Shape extends Bucket {
  readonly peak: number | null;
  /** Names it on the device, as the kernel writes the handles of queues. */
  readonly handle: string;
}

/** Limits of a port, as its host enforces them. What passes must fit into every bucket of a list. */
export interface DesiredTraffic {
  readonly shape: Shape | null;
  readonly sentBytes: readonly Bucket[];
  readonly sentPackets: readonly Bucket[];
  readonly receivedPackets: readonly Bucket[];
  readonly dscp: number | null;
}

/** The limits of a port's QoS policy and those of its server's flavor: the stricter of the two counts. null: neither limits anything. */
export function desiredTraffic(
  policy: TrafficLimits | undefined,
  flavor: TrafficLimits | undefined,
): DesiredTraffic | null {
  const both = [policy ?? {}, flavor ?? {}];
  const bytes = (of: 'ingress' | 'egress') =>
    strictest(both.flatMap((limits) => bucketsOf(limits[of], NO_LIMIT_BYTES)).map(forFrames));
  const packets = (of: 'ingressPackets' | 'egressPackets') =>
    strictest(both.flatMap((limits) => bucketsOf(limits[of], NO_LIMIT_PACKETS)));
  const traffic = {
    shape: shapeOf(bytes('ingress')),
    sentBytes: bytes('egress'),
    sentPackets: packets('egressPackets'),
    receivedPackets: packets('ingressPackets'),
    dscp: both.find(({ dscp }) => dscp !== undefined)?.dscp ?? null,
  };
  return traffic.shape === null && !hasRules(traffic) ? null : traffic;
}

/** Whether anything of it is enforced by rules, beyond the shape. */
export const hasRules = ({ sentBytes, sentPackets, receivedPackets, dscp }: DesiredTraffic): boolean =>
  sentBytes.length + sentPackets.length + receivedPackets.length > 0 || dscp !== null;

/** What of a device names its shape, as it is read back. */
export const shapeName = ({ handle, perSecond }: Pick<Shape, 'handle' | 'perSecond'>): string =>
  `${handle} ${perSecond}`;

function bucketsOf(rate: Rate | undefined, noLimit: number): readonly Bucket[] {
  if (rate === undefined) return [];
  const { perSecond, burst, peak } = rate;
  const all = [
    { perSecond, burst: Math.max(burst, 1) },
    ...(peak === undefined ? [] : [{ perSecond: peak, burst: 1 }]),
  ];
  return all
    .filter((one) => one.perSecond > 0 && one.perSecond < noLimit)
    .map((one) => ({ ...one, burst: Math.min(one.burst, LARGEST_BURST) }));
}

const forFrames = ({ perSecond, burst }: Bucket): Bucket => ({
  perSecond,
  burst: Math.min(Math.max(burst, LARGEST_FRAME), perSecond * LONGEST_BURST_SECONDS),
});

/** In order of rates, without those that another one makes needless: of a lower rate and no larger burst. */
function strictest(buckets: readonly Bucket[]): readonly Bucket[] {
  const kept: Bucket[] = [];
  for (const bucket of [...buckets].sort((a, b) => a.perSecond - b.perSecond || a.burst - b.burst))
    if (kept.every(({ burst }) => bucket.burst < burst)) kept.push(bucket);
  return kept;
}

/** A queue knows one rate with its burst, and a peak. */
function shapeOf([lowest, next]: readonly Bucket[]): Shape | null {
  if (lowest === undefined) return null;
  const peak = next?.perSecond ?? null;
  const number = Number.parseInt(fingerprint([FORM, lowest, peak]).slice(0, 6), 16);
  // From 1 to 7fff: the kernel itself gives the handles above.
  return { ...lowest, peak, handle: ((number % 0x7fff) + 1).toString(16) };
}
