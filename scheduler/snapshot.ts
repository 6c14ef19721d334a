import type { Host } from '#platform/objects/host.ts';
import type { Resources } from '#platform/objects/resources.ts';

/** The input of a decision: the hosts of every cell that answers, as last reported, plus the scheduler's decisions since then. */
export interface Snapshot {
  /** The hosts of the cells that answer. */
  readonly hosts: readonly HostView[];
  /** Names of the cells that do not answer; their hosts are left out. */
  readonly silentCells: readonly string[];
  /** Whether any host has a member of this server group, including hosts of silent cells. */
  groupHasMembers(groupId: string): boolean;
}

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
  /** The number of members of a server group on this host, including this scheduler's recent decisions. */
  membersOf(groupId: string): number;
}

export interface AggregateView {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}
