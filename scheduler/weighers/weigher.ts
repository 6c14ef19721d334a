import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { Resources } from '#platform/objects/resources.ts';
import type { HostLoad, HostView } from '../host-view.ts';
import type { ImageProperty } from '../image-counts.ts';

export interface Weigher {
  readonly name: string;
  /** Of a weigher whose value is the free amount of a resource. */
  readonly free?: keyof Resources;
  /** Of a weigher whose value is this of `HostView.load`. One without `free`, `load`, `isMetric` and `images` reads what the hosts of a kind share, and the members of the request's server group. */
  readonly load?: keyof HostLoad;
  /** Of a weigher whose value is the sum of the weighed metrics. */
  readonly isMetric?: true;
  /** Of a weigher that reads how many servers of a host are of images with these properties. Hosts without any have 0 of each. */
  readonly images?: (request: SchedulingRequest) => readonly ImageProperty[];
  /** It weighs nothing while its multiplier is 0, whatever aggregates say. */
  readonly isOffAtZero?: true;
  /** The weight of this weigher; a negative number inverts it. Operators change it with `scheduler.multipliers`. */
  readonly multiplier: number;
  /** The key of aggregates' metadata by which they set another multiplier for their hosts, as in Nova. */
  readonly aggregateKey: string;
  /** Higher values are better; see `WeightScale` for the scaling. Null when this request has nothing to weigh. */
  readonly weight: (request: SchedulingRequest) => ((host: HostView) => number) | null;
}
