import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { HostView } from '../snapshot.ts';

export interface Weigher {
  readonly name: string;
  /** How much it counts; a negative one turns it round. Operators change it by `scheduler.multipliers`. */
  readonly multiplier: number;
  /** More is better. The values of the hosts that passed are stretched to 0…1 before they are multiplied. Null: nothing to weigh. */
  readonly weight: (request: SchedulingRequest) => ((host: HostView) => number) | null;
}
