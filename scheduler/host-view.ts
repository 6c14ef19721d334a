import type { Host } from '#platform/objects/host.ts';
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
  readonly aggregates: readonly AggregateView[];
  readonly zone: string;
  /** The traits that operators gave the host. Filters treat hosts that differ in them differently. */
  readonly customTraits: readonly string[];
  /** A number derived from the host id, for the seeded shuffle. */
  readonly salt: number;
  /** The server groups of which `membersOf` may be more than 0. */
  readonly groupIds: readonly string[];
  /** The number of members of a server group on this host, including this scheduler's recent decisions. */
  membersOf(groupId: string): number;
}

export interface AggregateView {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}
