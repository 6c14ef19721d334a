import type { Network, Port, SegmentType } from './network.ts';

/** What the ports of a server need of its host. */
export interface NetworkNeeds {
  readonly segmentTypes: readonly SegmentType[];
  /** There are subports, whose frames are tagged. */
  readonly tagsFrames: boolean;
}

/** What a host offers to ports. A member that is absent: the host does not tell, and is taken to offer it. */
export type NetworkOffers = Partial<NetworkNeeds>;

/** Of these ports and their subports: each type once. */
export function networkNeedsOf(
  networks: readonly Pick<Network, 'segmentType'>[],
  ports: readonly Pick<Port, 'subports'>[],
): NetworkNeeds {
  const subports = ports.flatMap(({ subports: own = [] }) => own);
  const all = [...networks, ...subports.map(({ network }) => network)];
  return {
    segmentTypes: [...new Set(all.map(({ segmentType }) => segmentType))].sort(),
    tagsFrames: subports.length > 0,
  };
}

/** What comes first of all that a host does not offer, as the end of a sentence about it; null: it offers all. */
export function notOffered(offers: NetworkOffers, { segmentTypes, tagsFrames }: NetworkNeeds): string | null {
  const missing = segmentTypes.find((type) => offers.segmentTypes?.includes(type) === false);
  if (missing !== undefined) return `does not carry networks of the type ${missing}`;
  return tagsFrames && offers.tagsFrames === false
    ? 'cannot tag the frames of subports: its kernel has no 802.1Q'
    : null;
}
