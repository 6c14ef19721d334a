import type { Service } from '#platform/lifecycle/service.ts';
import type { Network, SegmentType } from '#platform/objects/network.ts';
import type { Step } from '../next-steps.ts';
import type { ObservedHost } from '../observed-host.ts';

/**
 * What can be made of networks on hosts of one kind. A driver looks and does; it never decides (`next-steps.ts`), and keeps
 * nothing that it could read from the host again. `stop` leaves the host as it is. Calls for one host never overlap; calls for different hosts may.
 */
export interface NetworkDriver extends Service {
  readonly hostNames: readonly string[];
  /** Guests of networks that are external reach the outside. */
  readonly hasUplink: boolean;
  /** Why the host can carry no networks at all now, as a sentence; null when it can. Found by trying. */
  problem(hostName: string): Promise<string | null>;
  /** Ranges that guests must not reach, in addition to those that no guest ever reaches. */
  readonly blockedRanges: readonly string[];
  /** How many connections of one guest a host keeps open; 0: any number. */
  readonly connectionsPerGuest: number;
  /** The host enforces security groups (option network.securityGroups). */
  readonly enforcesGroups: boolean;
  /** The types of networks that the hosts carry; known after `start`. */
  segmentTypes(): readonly SegmentType[];
  /** Why such a network can never be built here, as a sentence; null when it can. */
  problemWith(network: Network): string | null;
  /** Why no port can be a subport here, as a sentence; null when ports can. */
  subportProblem(): string | null;
  /** Whether such a network is carried to other hosts; otherwise the host's own bridge is all of it. */
  carries(network: Network): boolean;
  /** What there is now. A host on which nothing was made yet is a result, not an error. */
  look(hostName: string): Promise<ObservedHost>;
  /** Carries out one step. May be repeated after a crash in its middle. @throws whatever kept it from being done. */
  carryOut(hostName: string, step: Step): Promise<void>;
}
