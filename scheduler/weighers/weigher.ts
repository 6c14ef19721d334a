import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { HostView } from '../snapshot.ts';

export interface Weigher {
  readonly name: string;
  /** The weight of this weigher; a negative number inverts it. Operators change it with `scheduler.multipliers`. */
  readonly multiplier: number;
  /** Higher values are better; see `totalWeights` for the scaling. Null when this request has nothing to weigh. */
  readonly weight: (request: SchedulingRequest) => ((host: HostView) => number) | null;
}
