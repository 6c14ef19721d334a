import type { Host } from '#platform/objects/host.ts';
import type { Resources } from '#platform/objects/resources.ts';

/** What the scheduler decides on: every host of every cell that speaks, as it was told last, and its own decisions since then. */
export interface Snapshot {
  /** Hosts of cells that speak. */
  readonly hosts: readonly HostView[];
  /** Names of the cells whose hosts are left out because they say nothing. */
  readonly silentCells: readonly string[];
  /** Whether any host has a member of this server group, also in a silent cell. */
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
  /** The most that may be claimed, ratios and reservations considered. */
  readonly capacity: Resources;
  /** Claimed, or given away by this scheduler a moment ago. */
  readonly used: Resources;
  readonly aggregates: readonly AggregateView[];
  readonly zone: string;
  /** A number of this host's own, for the seeded shuffle. */
  readonly salt: number;
  /** How many members of a server group it has, own decisions included. */
  membersOf(groupId: string): number;
}

export interface AggregateView {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}
