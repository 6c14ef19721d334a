import type { WireFrame } from './wire-frames.ts';

/** A guest as the wire knows it. */
export interface WireGuest {
  readonly name: string;
  readonly mac: string;
  /** null: its network is no VLAN. */
  readonly vlan: number | null;
}

/** What a guest of a VLAN must be seen to send. */
const SENDS = ['arp', 'icmp', 'tcp'];

/**
 * What is wrong with the frames between two hosts. Frames of a guest have the tag of its network and no other; a guest without a VLAN
 * is seen in VXLAN only; and nothing but the hosts' own cards sends without a tag.
 */
export function wireProblems(
  frames: readonly WireFrame[],
  guests: readonly WireGuest[],
  hostMacs: readonly string[],
): readonly string[] {
  const problems = new Set<string>();
  const byMac = new Map(guests.map((guest) => [guest.mac, guest]));
  const vlans = new Set(guests.map(({ vlan }) => vlan));
  for (const frame of frames) {
    const text = `a frame (${frame.kind}) from ${frame.from} to ${frame.to} with ${tagText(frame.vlan)}`;
    for (const guest of [byMac.get(frame.from), byMac.get(frame.to)]) {
      if (guest !== undefined && guest.vlan === null) problems.add(`${text} shows ${guest.name} outside VXLAN`);
      else if (guest !== undefined && guest.vlan !== frame.vlan) problems.add(`${text} is one of ${guest.name}`);
    }
    if (frame.vlan === null && !hostMacs.includes(frame.from)) problems.add(`${text} is from no host`);
    if (frame.vlan !== null && !vlans.has(frame.vlan)) problems.add(`${text} is in a VLAN of nobody`);
    for (const mac of frame.inner === null ? [] : [frame.inner.from, frame.inner.to]) {
      const guest = byMac.get(mac);
      if (guest !== undefined && guest.vlan !== null) problems.add(`VXLAN carries a frame of ${guest.name}`);
    }
  }
  for (const { name, mac, vlan } of guests) {
    for (const kind of SENDS) {
      const seen = frames.some((frame) => isSeen(vlan === null ? frame.inner : frame, mac, vlan, kind));
      if (!seen) problems.add(`no frame (${kind}) from ${name} with ${tagText(vlan)} was seen`);
    }
  }
  return [...problems];
}

const isSeen = (frame: WireFrame | null, mac: string, vlan: number | null, kind: string): boolean =>
  frame !== null && frame.from === mac && frame.vlan === vlan && frame.kind === kind;

const tagText = (vlan: number | null): string => (vlan === null ? 'no tag' : `the tag of VLAN ${vlan}`);

/** How many frames there were of each sender, tag and kind; the most frequent first. */
export function frameCounts(frames: readonly WireFrame[], names: ReadonlyMap<string, string>): readonly string[] {
  const counts = new Map<string, number>();
  for (const { from, vlan, kind, inner } of frames) {
    const what = inner === null ? kind : `VXLAN, inside ${inner.kind} from ${names.get(inner.from) ?? inner.from}`;
    const line = `${names.get(from) ?? from}: ${vlan === null ? 'untagged' : `0x8100, VLAN ${vlan}`}, ${what}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([line, count]) => `${String(count).padStart(6)}  ${line}`);
}
