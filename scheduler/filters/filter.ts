import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { Resources } from '#platform/objects/resources.ts';
import type { HostLoad, HostView } from '../host-view.ts';

/** Returns null if the host passes, otherwise the reason, which users see. Hosts that fail for the same reason return the same text. */
export type Question = (host: HostView) => string | null;

export interface ServerGroups {
  /** Whether any host has a member of this server group, including hosts of silent cells. */
  groupHasMembers(groupId: string): boolean;
}

interface CapacityCheck {
  readonly key: keyof Resources;
  readonly tooLarge: string;
  readonly tooFull: string;
  /** How it is said that the host lacks so much: `512 MB of RAM too few`. */
  readonly lacks: (amount: number) => string;
}

/**
 * A filter is asked once for all hosts of a kind (`HostKind`) that are not named by the request and have no member of its server group. So its
 * answer may depend on what the hosts of a kind share, and on what the optional members say.
 */
export interface Filter {
  readonly name: string;
  /** The check that each host must pass for this request; null when the request needs no check. Pure. */
  readonly question: (request: SchedulingRequest, groups: ServerGroups) => Question | null;
  /** Ids, names or nodes of hosts that are asked one by one. */
  readonly names?: (request: SchedulingRequest) => readonly string[];
  /**
   * Of a filter that compares the request with the amounts of each host: it refuses a host with `tooLarge` if a single guest may not have so
   * much there (`largestGuest`), and with `tooFull` if the free amount is smaller.
   */
  readonly capacity?: CapacityCheck;
  /** Of a filter that refuses a host with `reached` if this of its load is not below a limit, which hosts of a kind share. */
  readonly limit?: { readonly key: keyof HostLoad; readonly of: (host: HostView) => number; readonly reached: string };
  /** True if the answer for this request depends on anything else. Then every host is asked, which is slow in large regions. */
  readonly asksEveryHost?: (request: SchedulingRequest) => boolean;
}
