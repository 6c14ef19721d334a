import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { DeviceRequest } from '#platform/objects/device-request.ts';
import type { GuestTopology } from '#platform/objects/guest-topology.ts';
import type { Host, ImageCounts } from '#platform/objects/host.ts';
import type { Resources } from '#platform/objects/resources.ts';

export interface CellView {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
}

export interface HostView {
  readonly cell: CellView;
  readonly host: Host;
  /** The maximum that guests may claim, after allocation ratios and reserved amounts. */
  readonly capacity: Resources;
  /** The claimed resources, plus those of this scheduler's recent decisions. */
  readonly used: Resources;
  readonly load: HostLoad;
  /** Of this scheduler's recent decisions; they are not in `nodesUsed` and `devicesUsed` of the host. */
  readonly assumedParts: readonly AskedParts[];
  readonly aggregates: readonly AggregateView[];
  readonly zone: string;
  /** The traits that operators gave the host. Filters treat hosts that differ in them differently. */
  readonly customTraits: readonly string[];
  /** A number derived from the host id, for the seeded shuffle. */
  readonly salt: number;
  /** The server groups of which `membersOf` may be more than 0. */
  readonly groupIds: readonly string[];
  /** Of its servers, including this scheduler's recent decisions. Empty while nothing weighs it. */
  readonly images: ImageCounts;
  /** The number of members of a server group on this host, including this scheduler's recent decisions. */
  membersOf(groupId: string): number;
}

/** What a guest asks for itself. */
export interface AskedParts {
  readonly topology: GuestTopology | null;
  readonly devices: readonly DeviceRequest[];
}

/** Null: it asks for nothing of the kind. */
export const askedPartsOf = ({
  topology,
  devices = [],
}: Pick<SchedulingRequest, 'topology' | 'devices'>): AskedParts | null =>
  topology === undefined && devices.length === 0 ? null : { topology: topology ?? null, devices };

/** What a host has to do, including this scheduler's recent decisions. */
export interface HostLoad {
  /** The guests that have a claim. */
  readonly guests: number;
  /** The servers that are being built, moved, saved or rescued on it. */
  readonly ioOps: number;
  /** 0; −n after n builds failed one after the other, except while the host is on trial and has no work in progress. */
  readonly reliability: number;
}

export interface AggregateView {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}
